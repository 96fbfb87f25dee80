-- A copy of the store's tables, to be filled by statements that do nothing else: the
-- same columns, primary keys and indexes. Every slot has places without end.
CREATE SCHEMA {{.Schema}};
SET search_path = {{.Schema}};
{{- range .Tables}}
CREATE TABLE {{.}} (LIKE public.{{.}} INCLUDING ALL{{if not $.Constraints}} EXCLUDING CONSTRAINTS{{end}});
{{- end}}
ALTER TABLE slot SET (fillfactor = 60);
ALTER TABLE booking SET (fillfactor = 80);
INSERT INTO catalog SELECT * FROM public.catalog;
INSERT INTO campaign SELECT * FROM public.campaign;
INSERT INTO hub OVERRIDING SYSTEM VALUE SELECT * FROM public.hub;
INSERT INTO slot (hub_id, starts_at, day, minutes, stations, desk, desk_until, capacity)
    SELECT hub_id, starts_at, day, minutes, 1000000000, desk, desk_until, 1000000000 FROM public.slot ORDER BY hub_id, starts_at;

-- The naive way: one row counts all places.
CREATE TABLE counter (one int PRIMARY KEY, taken int NOT NULL, stations int NOT NULL);
INSERT INTO counter VALUES (1, 0, 1000000000);

-- book does in one call what the pipeline does in many.
CREATE FUNCTION book(p_hub int, p_first timestamptz, p_second timestamptz, p_hash bytea, p_key bytea, p_number text, p_one boolean) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    person  bigint;
    booking bigint;
BEGIN
    PERFORM person_id FROM person_hash WHERE hash = p_hash;
    PERFORM id FROM event WHERE key = p_key;
    IF p_one THEN
        UPDATE counter SET taken = taken + 2 WHERE one = 1 AND taken + 2 <= stations;
    ELSE
        PERFORM * FROM slot WHERE hub_id = p_hub AND starts_at = p_first FOR NO KEY UPDATE;
        PERFORM * FROM slot WHERE hub_id = p_hub AND starts_at = p_second FOR NO KEY UPDATE;
    END IF;
    PERFORM revision FROM catalog ORDER BY revision DESC LIMIT 1;
    PERFORM * FROM campaign WHERE revision = 1 AND name = 'over-80';
    INSERT INTO person (sealed, sealed_with) VALUES ({{.Sealed}}, '2026-01') RETURNING id INTO person;
    INSERT INTO person_hash (hash, key_name, person_id) VALUES (p_hash, '2026-01', person);
    INSERT INTO booking (number, person_id, service, campaign, revision, opens_at, doses, min_days, max_days, channel, state, made_at, contact)
    VALUES (p_number, person, 'Vaccination', 'over-80', 1, '2020-01-01', 2, 15, 30, 'web', 'booked', clock_timestamp(), {{.Contact}}) RETURNING id INTO booking;
    INSERT INTO appointment (booking_id, dose, doses, hub_id, starts_at, day, desk)
    VALUES (booking, 1, 2, p_hub, p_first, p_first::date, false), (booking, 2, 2, p_hub, p_second, p_second::date, false);
    INSERT INTO event (booking_id, verb, at, channel, key, request, tell_at)
    VALUES (booking, 'book', clock_timestamp(), 'web', p_key, p_key, clock_timestamp());
    IF NOT p_one THEN
        UPDATE slot SET taken = taken + 1 WHERE hub_id = p_hub AND starts_at = p_first AND taken < stations;
        UPDATE slot SET taken = taken + 1 WHERE hub_id = p_hub AND starts_at = p_second AND taken < stations;
    END IF;
    RETURN booking;
END $$;
RESET search_path;
