-- lock_live_bookings locks what keeps a person from another booking of a service: the
-- one that they have booked of it, and their hold, of whichever service.
CREATE FUNCTION lock_live_bookings(p_person bigint, p_service text, OUT booked bigint, OUT held bigint)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT max(live.id) FILTER (WHERE live.state = 'booked'), max(live.id) FILTER (WHERE live.state = 'held') INTO booked, held
    FROM (
        SELECT id, state FROM booking
        WHERE person_id = p_person AND state IN ('held', 'booked') AND (service = p_service OR state = 'held')
        FOR NO KEY UPDATE
    ) live;
END $$;
