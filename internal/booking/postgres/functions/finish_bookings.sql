-- finish_bookings makes past at most p_limit bookings whose last appointment was over a
-- day ago, so that their people may book again, and returns how many.
CREATE FUNCTION finish_bookings(p_limit int) RETURNS int
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    finished int;
BEGIN
    UPDATE booking SET state = 'past' WHERE id IN (
        SELECT over.id FROM booking over
        WHERE over.state = 'booked' AND NOT EXISTS (
            SELECT FROM appointment WHERE appointment.booking_id = over.id AND appointment.starts_at > now() - interval '1 day')
        ORDER BY over.id LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS finished = ROW_COUNT;
    RETURN finished;
END $$;
