-- confirm_hold books what is held. A hold from before the campaign closed may be
-- confirmed after.
--
-- Outcome: done, already_done where it is booked, expired, replayed, key_used,
-- not_found, stale, not_open, paused, unknown_campaign.
CREATE FUNCTION confirm_hold(p_number text, p_hashes bytea[], p_revision bigint, p_contact bytea, p_tell boolean,
    p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT of_booking bigint, OUT decided_at timestamptz)
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    mine     record := lock_booking_of_person(p_number, p_hashes, p_key, p_request);
    hold     booking := mine.locked;
    standing record;
BEGIN
    outcome := mine.outcome;
    of_booking := hold.id;
    IF outcome <> 'found' THEN
        RETURN;
    END IF;
    standing := campaign_standing(p_revision, hold.campaign);
    outcome := standing.outcome;
    decided_at := standing.at;
    IF hold.state = 'booked' THEN
        outcome := 'already_done';
        RETURN;
    ELSIF outcome NOT IN ('open', 'closed') THEN
        RETURN;
    ELSIF hold.state <> 'held' OR hold.expires_at <= decided_at THEN
        outcome := 'expired';
        RETURN;
    END IF;
    UPDATE booking SET state = 'booked', expires_at = NULL, contact = coalesce(p_contact, contact) WHERE id = of_booking;
    INSERT INTO event (booking_id, verb, at, channel, actor, key, request, tell_at)
    VALUES (of_booking, 'book', decided_at, p_channel, p_actor, p_key, p_request,
        CASE WHEN p_tell AND coalesce(p_contact, hold.contact) IS NOT NULL THEN decided_at END);
    outcome := 'done';
END $$;
