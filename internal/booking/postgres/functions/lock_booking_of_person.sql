-- lock_booking_of_person locks a person and one of their bookings.
--
-- Outcome: found, replayed, key_used, or not_found. Somebody else's booking is not_found
-- too.
CREATE FUNCTION lock_booking_of_person(p_number text, p_hashes bytea[], p_key bytea, p_request bytea, OUT outcome text, OUT locked booking)
LANGUAGE plpgsql AS $$
DECLARE
    known   bigint := lock_person(p_hashes);
    earlier record; -- request with the same key
BEGIN
    outcome := 'not_found';
    IF known IS NULL THEN
        RETURN;
    END IF;
    earlier := earlier_request(p_key, p_request);
    IF earlier.outcome IS NOT NULL THEN
        outcome := earlier.outcome;
        SELECT * INTO locked FROM booking WHERE id = earlier.of_booking;
        RETURN;
    END IF;
    SELECT * INTO locked FROM booking WHERE number = p_number AND person_id = known FOR NO KEY UPDATE;
    IF FOUND THEN
        outcome := 'found';
    END IF;
END $$;
