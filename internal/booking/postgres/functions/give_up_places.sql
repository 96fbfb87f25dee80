-- give_up_places puts the places of a booking back on sale. The caller has locked its
-- row and its slots.
CREATE FUNCTION give_up_places(p_booking bigint, p_state text, p_verb text, p_at timestamptz, p_channel text, p_actor text,
    p_key bytea DEFAULT NULL, p_request bytea DEFAULT NULL, p_tell boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event (booking_id, verb, at, channel, actor, places, key, request, tell_at)
    VALUES (p_booking, p_verb, p_at, p_channel, p_actor, places_of_booking(p_booking), p_key, p_request, CASE WHEN p_tell THEN p_at END);
    DELETE FROM appointment WHERE booking_id = p_booking;
    UPDATE booking SET state = p_state, expires_at = NULL WHERE id = p_booking;
END $$;
