-- What migrations 2 to 4 made before functions had files of their own.

-- appointment_place takes and gives back places, whoever writes appointments.
CREATE FUNCTION appointment_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.hub_id, OLD.starts_at, OLD.desk) = (NEW.hub_id, NEW.starts_at, NEW.desk) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE slot SET taken = taken - 1, desk_taken = desk_taken - OLD.desk::int, capacity = greatest(stations, taken - 1)
        WHERE hub_id = OLD.hub_id AND starts_at = OLD.starts_at;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE slot SET taken = taken + 1, desk_taken = desk_taken + NEW.desk::int
        WHERE hub_id = NEW.hub_id AND starts_at = NEW.starts_at AND taken < stations;
        IF NOT FOUND THEN
            RAISE check_violation USING CONSTRAINT = 'slot_not_oversold', MESSAGE = 'no place is left in this slot';
        END IF;
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER appointment_place BEFORE INSERT OR UPDATE OR DELETE ON appointment
    FOR EACH ROW EXECUTE FUNCTION appointment_place();

-- booking_whole refuses, at the end of a transaction, a booking that has not all of
-- its doses, the right number of days apart, or that has some and is not live.
CREATE FUNCTION booking_whole() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    which bigint;
    this  record;
    whole boolean;
BEGIN
    IF TG_TABLE_NAME = 'booking' THEN
        which := NEW.id;
    ELSE
        which := OLD.booking_id;
    END IF;
    SELECT due, min_days, max_days, ARRAY(SELECT a.day FROM appointment a WHERE a.booking_id = which ORDER BY a.dose) AS days
    INTO this FROM booking WHERE id = which;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    whole := cardinality(this.days) = this.due;
    FOR i IN 2..cardinality(this.days) LOOP
        whole := whole AND this.days[i] - this.days[i - 1] BETWEEN this.min_days AND this.max_days;
    END LOOP;
    IF NOT whole THEN
        RAISE check_violation USING CONSTRAINT = 'booking_whole', MESSAGE = 'a booking is all of its doses, the right number of days apart, or none';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER booking_whole AFTER INSERT OR UPDATE OF state, doses, min_days, max_days ON booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_whole();
-- None for appointments that are added: appointment_of_booking lets them only into a
-- booking that lacks them, and such a booking is looked at anyway.
CREATE CONSTRAINT TRIGGER booking_whole_changed AFTER UPDATE OR DELETE ON appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_whole();

-- standing tells how a campaign stands now, by this server's clock and the catalog
-- that binds: open, not_open, paused, closed, unknown_campaign; or stale where the
-- caller decided by another catalog than that.
CREATE FUNCTION standing(p_revision bigint, p_campaign text, OUT outcome text, OUT opens timestamptz, OUT at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    declared record;
BEGIN
    SELECT b.revision, c.name, c.opens_at, c.closes_at, c.paused INTO declared
    FROM (SELECT revision FROM catalog ORDER BY revision DESC LIMIT 1) b
        LEFT JOIN campaign c ON c.revision = b.revision AND c.name = p_campaign;
    at := clock_timestamp();
    opens := declared.opens_at;
    outcome := CASE
        WHEN declared.revision IS DISTINCT FROM p_revision THEN 'stale'
        WHEN declared.name IS NULL THEN 'unknown_campaign'
        WHEN declared.closes_at <= at THEN 'closed'
        WHEN declared.paused THEN 'paused'
        WHEN declared.opens_at > at THEN 'not_open'
        ELSE 'open' END;
END $$;

-- replayed tells whether a request with this key was carried out before: replayed, or
-- key_used where it asked for something else; null where not.
CREATE FUNCTION replayed(p_key bytea, p_request bytea, OUT outcome text, OUT which bigint, OUT decided_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    e event;
BEGIN
    SELECT * INTO e FROM event WHERE key = p_key;
    IF FOUND THEN
        decided_at := e.at;
        outcome := CASE WHEN e.request = p_request THEN 'replayed' ELSE 'key_used' END;
        which := CASE WHEN e.request = p_request THEN e.booking_id END;
    END IF;
END $$;

-- mine locks a person and one of their bookings: found, replayed, key_used, or
-- not_found, which is also what one hears of somebody else's.
CREATE FUNCTION mine(p_number text, p_hashes bytea[], p_key bytea, p_request bytea, OUT outcome text, OUT b booking)
LANGUAGE plpgsql AS $$
DECLARE
    pid bigint;
    r   record;
BEGIN
    SELECT person_id INTO pid FROM person_hash WHERE hash = ANY (p_hashes) LIMIT 1;
    outcome := 'not_found';
    IF pid IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM person WHERE id = pid FOR NO KEY UPDATE;
    SELECT * INTO r FROM replayed(p_key, p_request);
    IF r.outcome IS NOT NULL THEN
        outcome := r.outcome;
        SELECT * INTO b FROM booking WHERE id = r.which;
        RETURN;
    END IF;
    SELECT * INTO b FROM booking WHERE number = p_number AND person_id = pid FOR NO KEY UPDATE;
    IF FOUND THEN
        outcome := 'found';
    END IF;
END $$;

-- lock_places locks the slots that are wanted and those that some bookings have, in
-- the one order, and tells the first dose that would have no place: no_place, or
-- no_slot where there is no such slot, or it has begun. Places that the bookings
-- have are free to whom they are given up for. A slot that is wanted and had already
-- is never refused.
CREATE FUNCTION lock_places(p_hubs int[], p_starts timestamptz[], p_desk boolean, p_had bigint[], p_keeps boolean,
    OUT outcome text, OUT dose int, OUT days date[], OUT minutes int[])
LANGUAGE plpgsql AS $$
DECLARE
    -- Each slot once, in order. Mostly they come so, and nothing is given up for them.
    hubs         int[] := p_hubs;
    starts       timestamptz[] := p_starts;
    doses        int[]; -- the last one that wants it; null: all are in order
    wanted       int[]; -- how many want it
    had          int[]; -- how many places of it the bookings have
    had_publicly int[];
    ordered      boolean := p_had IS NULL;
    s            slot;
    at           timestamptz;
    free         int;
BEGIN
    FOR i IN 2..cardinality(p_hubs) LOOP
        ordered := ordered AND (p_hubs[i - 1], p_starts[i - 1]) < (p_hubs[i], p_starts[i]);
    END LOOP;
    IF NOT ordered THEN
        SELECT array_agg(w.hub), array_agg(w.start), array_agg(w.dose), array_agg(w.wanted), array_agg(w.had), array_agg(w.had_publicly)
        INTO hubs, starts, doses, wanted, had, had_publicly
        FROM (
            SELECT u.hub, u.start, max(u.dose) AS dose, count(u.dose) AS wanted,
                count(*) FILTER (WHERE u.dose IS NULL) AS had, count(*) FILTER (WHERE u.dose IS NULL AND NOT u.desk) AS had_publicly
            FROM (
                SELECT hub, start, n::int AS dose, NULL::boolean AS desk FROM unnest(p_hubs, p_starts) WITH ORDINALITY AS u(hub, start, n)
                UNION ALL
                SELECT a.hub_id, a.starts_at, NULL, a.desk FROM appointment a WHERE a.booking_id = ANY (p_had)
            ) u GROUP BY u.hub, u.start ORDER BY u.hub, u.start
        ) w;
    END IF;
    days := array_fill(NULL::date, ARRAY[greatest(cardinality(p_hubs), 1)]);
    minutes := array_fill(NULL::int, ARRAY[cardinality(days)]);
    FOR i IN 1..coalesce(cardinality(hubs), 0) LOOP
        SELECT * INTO s FROM slot WHERE hub_id = hubs[i] AND starts_at = starts[i] FOR NO KEY UPDATE;
        CONTINUE WHEN wanted[i] = 0;
        at := clock_timestamp();
        dose := coalesce(doses[i], i);
        days[dose] := s.day;
        minutes[dose] := s.minutes;
        CONTINUE WHEN p_keeps AND had[i] >= wanted[i];
        IF s.hub_id IS NULL OR s.starts_at <= at THEN
            outcome := 'no_slot';
            RETURN;
        END IF;
        free := s.stations - s.taken + coalesce(had[i], 0);
        IF NOT p_desk AND at < s.desk_until THEN
            free := least(free, s.stations - s.desk - (s.taken - s.desk_taken) + coalesce(had_publicly[i], 0));
        END IF;
        IF free < coalesce(wanted[i], 1) THEN
            outcome := 'no_place';
            RETURN;
        END IF;
    END LOOP;
    dose := NULL;
END $$;

-- places tells which places a booking has, as its events keep them.
CREATE FUNCTION places(p_booking bigint) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(jsonb_build_object('dose', a.dose, 'hub', h.name, 'startsAt', a.starts_at) ORDER BY a.dose)
    FROM appointment a JOIN hub h ON h.id = a.hub_id WHERE a.booking_id = p_booking
$$;

-- take holds places for a person, or books them at once where p_hold is null. A hold
-- that the person had is given up for it, if it succeeds.
--
--   taken, replayed, key_used, stale, not_open, paused, closed, unknown_campaign,
--   already_booked, no_place, no_slot
CREATE FUNCTION take(
    p_hashes bytea[], p_keys text[], p_sealed bytea, p_sealed_with text,
    p_number text, p_service text, p_campaign text, p_revision bigint, p_min int, p_max int,
    p_hubs int[], p_starts timestamptz[], p_desk boolean,
    p_hold interval, p_contact bytea, p_tell boolean, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT which bigint, OUT decided_at timestamptz, OUT wrong_dose int, OUT days date[], OUT minutes int[])
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    pid     bigint;
    had     bigint;
    live    record;
    r       record; -- replayed
    l       record; -- lock_places
    s       record; -- standing
    verb    text := CASE WHEN p_hold IS NULL THEN 'book' ELSE 'hold' END;
BEGIN
    SELECT person_id INTO pid FROM person_hash WHERE hash = ANY (p_hashes) LIMIT 1;
    IF pid IS NOT NULL THEN
        PERFORM 1 FROM person WHERE id = pid FOR NO KEY UPDATE;
    END IF;
    IF p_key IS NOT NULL THEN
        r := replayed(p_key, p_request);
        IF r.outcome IS NOT NULL THEN
            outcome := r.outcome;
            which := r.which;
            decided_at := r.decided_at;
            RETURN;
        END IF;
    END IF;
    IF pid IS NOT NULL THEN
        FOR live IN
            SELECT b.id, b.state FROM booking b
            WHERE b.person_id = pid AND b.state IN ('held', 'booked') AND (b.service = p_service OR b.state = 'held')
            FOR NO KEY UPDATE
        LOOP
            IF live.state = 'booked' THEN
                -- Whoever may not book anyway is told that.
                s := standing(p_revision, p_campaign);
                outcome := s.outcome;
                decided_at := s.at;
                IF outcome = 'open' THEN
                    outcome := 'already_booked';
                    which := live.id;
                END IF;
                RETURN;
            END IF;
            had := live.id;
        END LOOP;
    END IF;

    l := lock_places(p_hubs, p_starts, p_desk, CASE WHEN had IS NOT NULL THEN ARRAY[had] END, false);
    -- From here on nobody is waited for: what is decided now holds.
    s := standing(p_revision, p_campaign);
    outcome := s.outcome;
    decided_at := s.at;
    IF outcome <> 'open' THEN
        RETURN;
    ELSIF l.outcome IS NOT NULL THEN
        -- Perhaps it was the same person, unknown until then, who took the place.
        IF pid IS NULL AND EXISTS (SELECT FROM person_hash WHERE hash = ANY (p_hashes)) THEN
            RAISE serialization_failure USING MESSAGE = 'this person was added by another request: try again';
        END IF;
        outcome := l.outcome;
        wrong_dose := l.dose;
        RETURN;
    END IF;

    days := l.days;
    minutes := l.minutes;
    IF pid IS NULL THEN
        INSERT INTO person (sealed, sealed_with) VALUES (p_sealed, p_sealed_with) RETURNING id INTO pid;
        FOR i IN 1..cardinality(p_hashes) LOOP
            INSERT INTO person_hash (hash, key_name, person_id) VALUES (p_hashes[i], p_keys[i], pid) ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                RAISE serialization_failure USING MESSAGE = 'this person was added by another request: try again';
            END IF;
        END LOOP;
    END IF;
    IF had IS NOT NULL THEN
        PERFORM release(had, 'cancelled', 'cancel', decided_at, p_channel, p_actor);
    END IF;
    INSERT INTO booking (number, person_id, service, campaign, revision, opens_at, doses, min_days, max_days, channel, state, made_at, expires_at, contact)
    VALUES (p_number, pid, p_service, p_campaign, p_revision, s.opens, cardinality(p_hubs), p_min, p_max, p_channel,
        CASE verb WHEN 'book' THEN 'booked' ELSE 'held' END, decided_at, decided_at + p_hold, p_contact)
    RETURNING id INTO which;
    FOR i IN 1..cardinality(p_hubs) LOOP
        INSERT INTO appointment (booking_id, dose, doses, hub_id, starts_at, day, desk)
        VALUES (which, i, cardinality(p_hubs), p_hubs[i], p_starts[i], days[i], p_desk);
    END LOOP;
    INSERT INTO event (booking_id, verb, at, channel, actor, key, request, tell_at)
    VALUES (which, verb, decided_at, p_channel, p_actor, p_key, p_request, CASE WHEN p_tell THEN decided_at END);
    outcome := 'taken';
END $$;

-- release gives back the places of a booking whose row, and whose slots, are locked.
CREATE FUNCTION release(p_booking bigint, p_state text, p_verb text, p_at timestamptz, p_channel text, p_actor text,
    p_key bytea DEFAULT NULL, p_request bytea DEFAULT NULL, p_tell boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event (booking_id, verb, at, channel, actor, places, key, request, tell_at)
    VALUES (p_booking, p_verb, p_at, p_channel, p_actor, places(p_booking), p_key, p_request, CASE WHEN p_tell THEN p_at END);
    DELETE FROM appointment WHERE booking_id = p_booking;
    UPDATE booking SET state = p_state, expires_at = NULL WHERE id = p_booking;
END $$;

-- confirm books what is held: taken, done where it is booked already, expired,
-- replayed, key_used, not_found, or how the campaign stands. Whoever held a place
-- before the campaign closed may confirm it after.
CREATE FUNCTION confirm(p_number text, p_hashes bytea[], p_revision bigint, p_contact bytea, p_tell boolean,
    p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT which bigint, OUT decided_at timestamptz)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    m record;
BEGIN
    SELECT * INTO m FROM mine(p_number, p_hashes, p_key, p_request);
    outcome := m.outcome;
    which := (m.b).id;
    IF outcome <> 'found' THEN
        RETURN;
    END IF;
    SELECT s.outcome, s.at INTO outcome, decided_at FROM standing(p_revision, (m.b).campaign) s;
    IF (m.b).state = 'booked' THEN
        outcome := 'done';
        RETURN;
    ELSIF outcome NOT IN ('open', 'closed') THEN
        RETURN;
    ELSIF (m.b).state <> 'held' OR (m.b).expires_at <= decided_at THEN
        outcome := 'expired';
        RETURN;
    END IF;
    UPDATE booking SET state = 'booked', expires_at = NULL, contact = coalesce(p_contact, contact) WHERE id = which;
    INSERT INTO event (booking_id, verb, at, channel, actor, key, request, tell_at)
    VALUES (which, 'book', decided_at, p_channel, p_actor, p_key, p_request,
        CASE WHEN p_tell AND coalesce(p_contact, (m.b).contact) IS NOT NULL THEN decided_at END);
    outcome := 'taken';
END $$;

-- extend lengthens a hold by its time, from when it would have expired, once: taken, extended, expired, replayed,
-- key_used, not_found.
CREATE FUNCTION extend(p_number text, p_hashes bytea[], p_hold interval, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT which bigint, OUT decided_at timestamptz)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    m record;
BEGIN
    SELECT * INTO m FROM mine(p_number, p_hashes, p_key, p_request);
    outcome := m.outcome;
    which := (m.b).id;
    decided_at := clock_timestamp();
    IF outcome <> 'found' THEN
        RETURN;
    ELSIF (m.b).state <> 'held' OR (m.b).expires_at <= decided_at THEN
        outcome := 'expired';
        RETURN;
    ELSIF (m.b).extended THEN
        outcome := 'extended';
        RETURN;
    END IF;
    UPDATE booking SET expires_at = expires_at + p_hold, extended = true WHERE id = which;
    INSERT INTO event (booking_id, verb, at, channel, actor, key, request) VALUES (which, 'extend', decided_at, p_channel, p_actor, p_key, p_request);
    outcome := 'taken';
END $$;

-- cancel gives back all places of a booking: taken, done where they were given back
-- before, begun where one of them has begun, replayed, key_used, not_found.
CREATE FUNCTION cancel(p_number text, p_hashes bytea[], p_tell boolean, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT which bigint, OUT decided_at timestamptz)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    m record;
BEGIN
    SELECT * INTO m FROM mine(p_number, p_hashes, p_key, p_request);
    outcome := m.outcome;
    which := (m.b).id;
    decided_at := clock_timestamp();
    IF outcome <> 'found' THEN
        RETURN;
    ELSIF (m.b).state IN ('cancelled', 'lapsed') THEN
        outcome := 'done';
        RETURN;
    ELSIF EXISTS (SELECT FROM appointment WHERE booking_id = which AND starts_at <= decided_at) THEN
        outcome := 'begun';
        RETURN;
    END IF;
    PERFORM lock_places('{}', '{}', true, ARRAY[which], false);
    PERFORM release(which, 'cancelled', 'cancel', decided_at, p_channel, p_actor, p_key, p_request, p_tell AND (m.b).state = 'booked' AND (m.b).contact IS NOT NULL);
    outcome := 'taken';
END $$;

-- move gives a booking other places, for all of its doses in order; those that stay
-- are named again: taken, begun where one that has begun would change, gone where it
-- is not booked, no_place, no_slot, doses where their number is wrong, stale,
-- replayed, key_used, not_found.
CREATE FUNCTION move(p_number text, p_hashes bytea[], p_revision bigint, p_hubs int[], p_starts timestamptz[], p_desk boolean,
    p_tell boolean, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT which bigint, OUT decided_at timestamptz, OUT wrong_dose int)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    m      record;
    days   date[];
    before jsonb;
BEGIN
    SELECT * INTO m FROM mine(p_number, p_hashes, p_key, p_request);
    outcome := m.outcome;
    which := (m.b).id;
    decided_at := clock_timestamp();
    IF outcome <> 'found' THEN
        RETURN;
    ELSIF (m.b).state <> 'booked' THEN
        outcome := 'gone';
        RETURN;
    ELSIF (m.b).doses <> cardinality(p_hubs) THEN
        outcome := 'doses';
        RETURN;
    END IF;
    SELECT s.outcome INTO outcome FROM standing(p_revision, (m.b).campaign) s;
    IF outcome = 'stale' THEN
        RETURN;
    END IF;
    SELECT a.dose INTO wrong_dose FROM appointment a JOIN unnest(p_hubs, p_starts) WITH ORDINALITY AS u(hub, start, n) ON u.n = a.dose
    WHERE a.booking_id = which AND a.starts_at <= decided_at AND (a.hub_id, a.starts_at) <> (u.hub, u.start) LIMIT 1;
    IF FOUND THEN
        outcome := 'begun';
        RETURN;
    END IF;
    SELECT l.outcome, l.dose, l.days INTO outcome, wrong_dose, days FROM lock_places(p_hubs, p_starts, p_desk, ARRAY[which], true) l;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    before := places(which);
    -- What is given up first, so that a dose may take the place of another.
    DELETE FROM appointment a USING unnest(p_hubs, p_starts) WITH ORDINALITY AS u(hub, start, n)
    WHERE a.booking_id = which AND a.dose = u.n AND (a.hub_id, a.starts_at) <> (u.hub, u.start);
    INSERT INTO appointment (booking_id, dose, doses, hub_id, starts_at, day, desk)
    SELECT which, u.n, (m.b).doses, u.hub, u.start, u.day, p_desk FROM unnest(p_hubs, p_starts, days) WITH ORDINALITY AS u(hub, start, day, n)
    WHERE NOT EXISTS (SELECT FROM appointment a WHERE a.booking_id = which AND a.dose = u.n);
    INSERT INTO event (booking_id, verb, at, channel, actor, places, key, request, tell_at)
    VALUES (which, 'move', decided_at, p_channel, p_actor, before, p_key, p_request,
        CASE WHEN p_tell AND (m.b).contact IS NOT NULL THEN decided_at END);
    outcome := 'taken';
END $$;

-- lapse gives back the places of holds that have expired, and tells how many.
CREATE FUNCTION lapse(p_limit int) RETURNS int LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    ids  bigint[];
    each bigint;
BEGIN
    SELECT array_agg(h.id) INTO ids FROM (
        SELECT b.id FROM booking b WHERE b.state = 'held' AND b.expires_at <= clock_timestamp()
        ORDER BY b.expires_at LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
    ) h;
    IF ids IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM lock_places('{}', '{}', true, ids, false);
    FOREACH each IN ARRAY ids LOOP
        PERFORM release(each, 'lapsed', 'lapse', clock_timestamp(), '', NULL);
    END LOOP;
    RETURN cardinality(ids);
END $$;


-- renew_slots makes a hub's slots of some days as the temporary table `wanted` has
-- them, each with so many stations. What has begun stays as it is.
CREATE FUNCTION renew_slots(p_hub int, p_from date, p_through date, p_stations int, p_desk int, p_release interval) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- In the order in which bookings lock them.
    PERFORM 1 FROM slot WHERE hub_id = p_hub AND day BETWEEN p_from AND p_through AND starts_at > clock_timestamp()
    ORDER BY starts_at FOR NO KEY UPDATE;
    UPDATE slot s SET
        stations = CASE WHEN w.starts_at IS NULL THEN 0 ELSE p_stations END,
        desk = CASE WHEN w.starts_at IS NULL THEN 0 ELSE p_desk END,
        desk_until = s.starts_at - p_release,
        minutes = coalesce(w.minutes, s.minutes),
        capacity = greatest(CASE WHEN w.starts_at IS NULL THEN 0 ELSE p_stations END, s.taken)
    FROM slot o LEFT JOIN wanted w ON w.starts_at = o.starts_at
    WHERE o.hub_id = p_hub AND o.day BETWEEN p_from AND p_through AND o.starts_at > clock_timestamp()
        AND s.hub_id = o.hub_id AND s.starts_at = o.starts_at;
    INSERT INTO slot (hub_id, starts_at, day, minutes, stations, desk, desk_until, capacity)
    SELECT p_hub, w.starts_at, w.day, w.minutes, p_stations, p_desk, w.starts_at - p_release, p_stations
    FROM wanted w WHERE NOT EXISTS (SELECT FROM slot s WHERE s.hub_id = p_hub AND s.starts_at = w.starts_at)
    ORDER BY w.starts_at;
END $$;

-- free tells how many places of a slot are free, to the call centre or to everybody.
CREATE FUNCTION free(s slot, p_desk boolean, p_at timestamptz) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(0, CASE WHEN p_desk OR p_at >= s.desk_until THEN s.stations - s.taken
        ELSE least(s.stations - s.taken, s.stations - s.desk - (s.taken - s.desk_taken)) END)
$$;

-- count_availability counts what is free, by hub and day.
CREATE FUNCTION count_availability() RETURNS void LANGUAGE sql AS $$
    WITH counted AS (
        SELECT hub_id, day, sum(stations)::int AS places, sum(free(s, false, now()))::int AS free, sum(free(s, true, now()))::int AS desk
        FROM slot s WHERE starts_at > now() GROUP BY hub_id, day
    ), written AS (
        INSERT INTO availability AS a (hub_id, day, places, free, desk) SELECT hub_id, day, places, free, desk FROM counted
        ON CONFLICT (hub_id, day) DO UPDATE SET places = excluded.places, free = excluded.free, desk = excluded.desk
        WHERE (a.places, a.free, a.desk) <> (excluded.places, excluded.free, excluded.desk)
    )
    DELETE FROM availability a WHERE NOT EXISTS (SELECT FROM counted c WHERE c.hub_id = a.hub_id AND c.day = a.day)
$$;

-- claim tells whether a chore that one process does for all is the caller's now: it
-- is so once in a while, for whoever asks first.
CREATE FUNCTION claim(p_name text, p_every interval) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chore AS c (name, done_at) VALUES (p_name, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at WHERE c.done_at <= excluded.done_at - p_every;
    RETURN FOUND;
END $$;


-- recount counts what must never be, and what people must look at, from the rows
-- themselves and not from the counters that bookings go by.
--
--   oversold    places beyond those that were declared when they were sold
--   duplicates  live bookings of one person for one service beyond the first
--   broken      bookings that have not all of their doses, or not so many days apart
--   early       bookings made before their campaign's opening, by the catalog then
--   astray      places that counters have, and rows do not, or the reverse
--   overdue     holds that should have been given back more than 5 s ago
--   displaced   people whose place is no longer declared: hours or stations changed
CREATE FUNCTION recount() RETURNS jsonb LANGUAGE sql STABLE AS $$
    WITH places AS (
        SELECT hub_id, starts_at, count(*) AS sold, count(*) FILTER (WHERE desk) AS desk FROM appointment GROUP BY hub_id, starts_at
    ), slots AS (
        SELECT s.hub_id, s.starts_at, s.capacity, s.stations, s.taken, s.desk_taken, coalesce(p.sold, 0) AS sold, coalesce(p.desk, 0) AS desk
        FROM slot s FULL JOIN places p ON p.hub_id = s.hub_id AND p.starts_at = s.starts_at
    ), counted AS (
        SELECT coalesce(sum(greatest(0, sold - capacity)), 0) AS oversold,
            coalesce(sum(abs(taken - sold) + abs(desk_taken - desk)), 0) AS astray,
            coalesce(sum(greatest(0, sold - stations)) FILTER (WHERE starts_at > now()), 0) AS displaced,
            coalesce(sum(sold), 0) AS sold, coalesce(sum(capacity), 0) AS places
        FROM slots
    ), doses AS (
        SELECT booking_id, count(*) AS n, coalesce(bool_and(apart IS NULL OR apart >= 0), true) AS ordered, min(apart) AS least, max(apart) AS most
        FROM (SELECT booking_id, day - lag(day) OVER (PARTITION BY booking_id ORDER BY dose) AS apart FROM appointment) a GROUP BY booking_id
    ), bookings AS (
        SELECT
            count(*) FILTER (WHERE b.state = 'held') AS held,
            count(*) FILTER (WHERE b.state = 'booked') AS booked,
            count(*) FILTER (WHERE coalesce(d.n, 0) <> b.due
                OR d.least < b.min_days OR d.most > b.max_days) AS broken,
            count(*) FILTER (WHERE b.state = 'held' AND b.expires_at < now() - interval '5 s') AS overdue,
            count(*) FILTER (WHERE b.made_at < c.opens_at OR c.opens_at IS NULL) AS early
        FROM booking b LEFT JOIN doses d ON d.booking_id = b.id
        LEFT JOIN campaign c ON c.revision = b.revision AND c.name = b.campaign
    ), people AS (
        SELECT coalesce(sum(n - 1), 0) AS duplicates FROM (
            SELECT count(*) AS n FROM booking b WHERE state IN ('held', 'booked') GROUP BY person_id, service HAVING count(*) > 1
        ) p
    )
    SELECT to_jsonb(x) FROM (SELECT c.*, b.*, p.* FROM counted c, bookings b, people p) x
$$;

-- finish makes past the bookings whose last appointment was over a day ago, so that
-- their people may book again, and tells how many.
CREATE FUNCTION finish(p_limit int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    n int;
BEGIN
    UPDATE booking SET state = 'past' WHERE id IN (
        SELECT b.id FROM booking b
        WHERE b.state = 'booked' AND NOT EXISTS (SELECT FROM appointment a WHERE a.booking_id = b.id AND a.starts_at > now() - interval '1 day')
        ORDER BY b.id LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;

