-- add_booking writes a booking with its appointments and its event, and returns it. The
-- caller has locked the person and all slots.
CREATE FUNCTION add_booking(
    p_person bigint, p_number text, p_service text, p_campaign text, p_revision bigint, p_opens timestamptz, p_min_days int, p_max_days int,
    p_hubs int[], p_starts timestamptz[], p_days date[], p_desk boolean, p_at timestamptz,
    p_hold interval, p_contact bytea, p_tell boolean, p_channel text, p_actor text, p_key bytea, p_request bytea) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    added bigint;
BEGIN
    INSERT INTO booking (number, person_id, service, campaign, revision, opens_at, doses, min_days, max_days, channel, state, made_at, expires_at, contact)
    VALUES (p_number, p_person, p_service, p_campaign, p_revision, p_opens, cardinality(p_hubs), p_min_days, p_max_days, p_channel,
        CASE WHEN p_hold IS NULL THEN 'booked' ELSE 'held' END, p_at, p_at + p_hold, p_contact)
    RETURNING id INTO added;
    FOR i IN 1..cardinality(p_hubs) LOOP
        INSERT INTO appointment (booking_id, dose, doses, hub_id, starts_at, day, desk)
        VALUES (added, i, cardinality(p_hubs), p_hubs[i], p_starts[i], p_days[i], p_desk);
    END LOOP;
    INSERT INTO event (booking_id, verb, at, channel, actor, key, request, tell_at)
    VALUES (added, CASE WHEN p_hold IS NULL THEN 'book' ELSE 'hold' END, p_at, p_channel, p_actor, p_key, p_request, CASE WHEN p_tell THEN p_at END);
    RETURN added;
END $$;
