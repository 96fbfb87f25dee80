-- cancel_booking gives up all places of a booking or of a hold.
--
-- Outcome: done, already_done where they were given up before, begun where one of its
-- appointments has begun, replayed, key_used, not_found.
CREATE FUNCTION cancel_booking(p_number text, p_hashes bytea[], p_tell boolean, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT of_booking bigint, OUT decided_at timestamptz)
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    mine  record := lock_booking_of_person(p_number, p_hashes, p_key, p_request);
    given booking := mine.locked;
BEGIN
    outcome := mine.outcome;
    of_booking := given.id;
    decided_at := clock_timestamp();
    IF outcome <> 'found' THEN
        RETURN;
    ELSIF given.state IN ('cancelled', 'lapsed') THEN
        outcome := 'already_done';
        RETURN;
    ELSIF EXISTS (SELECT FROM appointment WHERE booking_id = of_booking AND starts_at <= decided_at) THEN
        outcome := 'begun';
        RETURN;
    END IF;
    PERFORM lock_slots('{}', '{}', p_desk => true, p_had => ARRAY[of_booking], p_keeps => false);
    PERFORM give_up_places(of_booking, 'cancelled', 'cancel', decided_at, p_channel, p_actor, p_key, p_request,
        p_tell => p_tell AND given.state = 'booked' AND given.contact IS NOT NULL);
    outcome := 'done';
END $$;
