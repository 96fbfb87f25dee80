-- extend_hold lengthens a hold by p_hold, from when it would have expired, once.
--
-- Outcome: done, extended where it was before, expired, replayed, key_used, not_found.
CREATE FUNCTION extend_hold(p_number text, p_hashes bytea[], p_hold interval, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT of_booking bigint, OUT decided_at timestamptz)
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    mine record := lock_booking_of_person(p_number, p_hashes, p_key, p_request);
    hold booking := mine.locked;
BEGIN
    outcome := mine.outcome;
    of_booking := hold.id;
    decided_at := clock_timestamp();
    IF outcome <> 'found' THEN
        RETURN;
    ELSIF hold.state <> 'held' OR hold.expires_at <= decided_at THEN
        outcome := 'expired';
        RETURN;
    ELSIF hold.extended THEN
        outcome := 'extended';
        RETURN;
    END IF;
    UPDATE booking SET expires_at = expires_at + p_hold, extended = true WHERE id = of_booking;
    INSERT INTO event (booking_id, verb, at, channel, actor, key, request)
    VALUES (of_booking, 'extend', decided_at, p_channel, p_actor, p_key, p_request);
    outcome := 'done';
END $$;
