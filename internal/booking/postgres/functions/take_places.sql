-- take_places holds places for a person, or books them at once where p_hold is null.
-- Where it succeeds it gives up the hold that the person had.
--
-- Outcome: done, or as decide_taking.
CREATE FUNCTION take_places(
    p_hashes bytea[], p_keys text[], p_sealed bytea, p_sealed_with text,
    p_number text, p_service text, p_campaign text, p_revision bigint, p_min_days int, p_max_days int,
    p_hubs int[], p_starts timestamptz[], p_desk boolean,
    p_hold interval, p_contact bytea, p_tell boolean, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT of_booking bigint, OUT decided_at timestamptz, OUT wrong_dose int, OUT days date[], OUT minutes int[])
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    decided record;
    person  bigint;
BEGIN
    decided := decide_taking(p_hashes, p_service, p_campaign, p_revision, p_hubs, p_starts, p_desk, p_key, p_request);
    outcome := decided.outcome;
    of_booking := decided.of_booking;
    decided_at := decided.decided_at;
    wrong_dose := decided.wrong_dose;
    IF outcome <> 'open' THEN
        RETURN;
    END IF;
    days := decided.days;
    minutes := decided.minutes;
    person := coalesce(decided.known, add_person(p_hashes, p_keys, p_sealed, p_sealed_with));
    IF decided.held IS NOT NULL THEN
        PERFORM give_up_places(decided.held, 'cancelled', 'cancel', decided_at, p_channel, p_actor);
    END IF;
    INSERT INTO booking (number, person_id, service, campaign, revision, opens_at, doses, min_days, max_days, channel, state, made_at, expires_at, contact)
    VALUES (p_number, person, p_service, p_campaign, p_revision, decided.opens, cardinality(p_hubs), p_min_days, p_max_days, p_channel,
        CASE WHEN p_hold IS NULL THEN 'booked' ELSE 'held' END, decided_at, decided_at + p_hold, p_contact)
    RETURNING id INTO of_booking;
    FOR i IN 1..cardinality(p_hubs) LOOP
        INSERT INTO appointment (booking_id, dose, doses, hub_id, starts_at, day, desk)
        VALUES (of_booking, i, cardinality(p_hubs), p_hubs[i], p_starts[i], days[i], p_desk);
    END LOOP;
    INSERT INTO event (booking_id, verb, at, channel, actor, key, request, tell_at)
    VALUES (of_booking, CASE WHEN p_hold IS NULL THEN 'book' ELSE 'hold' END, decided_at, p_channel, p_actor, p_key, p_request,
        CASE WHEN p_tell THEN decided_at END);
    outcome := 'done';
END $$;
