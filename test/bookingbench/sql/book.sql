SELECT person_id FROM person_hash WHERE hash = sha256(int8send(:person));
SELECT id FROM event WHERE key = sha256(int8send(:key));
{{- if .One}}
UPDATE counter SET taken = taken + 2 WHERE one = 1 AND taken + 2 <= stations;
{{- else}}
SELECT * FROM slot WHERE hub_id = :hub AND starts_at = to_timestamp(:first) FOR NO KEY UPDATE;
SELECT * FROM slot WHERE hub_id = :hub AND starts_at = to_timestamp(:second) FOR NO KEY UPDATE;
{{- end}}
SELECT revision FROM catalog ORDER BY revision DESC LIMIT 1;
SELECT * FROM campaign WHERE revision = 1 AND name = 'over-80';
INSERT INTO person (sealed, sealed_with) VALUES ({{.Sealed}}, '2026-01');
INSERT INTO person_hash (hash, key_name, person_id) VALUES (sha256(int8send(:person)), '2026-01', currval('person_id_seq'));
INSERT INTO booking (number, person_id, service, campaign, revision, opens_at, doses, min_days, max_days, channel, state, made_at, contact) VALUES (to_hex(:number::bigint), currval('person_id_seq'), 'Vaccination', 'over-80', 1, '2020-01-01', 2, 15, 30, 'web', 'booked', clock_timestamp(), {{.Contact}});
INSERT INTO appointment (booking_id, dose, doses, hub_id, starts_at, day, desk) VALUES (currval('booking_id_seq'), 1, 2, :hub, to_timestamp(:first), to_timestamp(:first)::date, false), (currval('booking_id_seq'), 2, 2, :hub, to_timestamp(:second), to_timestamp(:second)::date, false);
INSERT INTO event (booking_id, verb, at, channel, key, request, tell_at) VALUES (currval('booking_id_seq'), 'book', clock_timestamp(), 'web', sha256(int8send(:key)), sha256(int8send(:key)), clock_timestamp());
{{- if not .One}}
UPDATE slot SET taken = taken + 1 WHERE hub_id = :hub AND starts_at = to_timestamp(:first) AND taken < stations;
UPDATE slot SET taken = taken + 1 WHERE hub_id = :hub AND starts_at = to_timestamp(:second) AND taken < stations;
{{- end}}
