-- take_places holds places for a person, or books them at once where p_hold is null.
-- Where it succeeds it gives up the hold that the person had.
-- Outcome: done, replayed, key_used, stale, not_open, paused, closed, unknown_campaign,
-- already_booked, no_place, no_slot.
CREATE FUNCTION take_places(
    p_hashes bytea[], p_keys text[], p_sealed bytea, p_sealed_with text,
    p_number text, p_service text, p_campaign text, p_revision bigint, p_min_days int, p_max_days int, p_hubs int[], p_starts timestamptz[], p_desk boolean,
    p_hold interval, p_contact bytea, p_tell boolean, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT of_booking bigint, OUT decided_at timestamptz, OUT wrong_dose int, OUT days date[], OUT minutes int[])
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    known    bigint := lock_person(p_hashes); -- null for somebody new
    booked   bigint; -- by them already
    held     bigint; -- the booking that is their hold
    earlier  record; -- request with the same key
    standing record; -- of the campaign
    slots    record; -- locked
BEGIN
    IF p_key IS NOT NULL THEN
        earlier := earlier_request(p_key, p_request);
        IF earlier.outcome IS NOT NULL THEN
            outcome := earlier.outcome;
            of_booking := earlier.of_booking;
            decided_at := earlier.decided_at;
            RETURN;
        END IF;
    END IF;
    IF known IS NOT NULL THEN
        SELECT live.booked, live.held INTO booked, held FROM lock_live_bookings(known, p_service) live;
    END IF;
    IF booked IS NULL THEN
        slots := lock_slots(p_hubs, p_starts, p_desk, p_had => CASE WHEN held IS NOT NULL THEN ARRAY[held] END, p_keeps => false);
    END IF;
    -- From here on nothing waits for a lock: what is decided now holds.
    standing := campaign_standing(p_revision, p_campaign);
    decided_at := standing.at;
    IF standing.outcome <> 'open' THEN
        outcome := standing.outcome; -- somebody who has booked is told that too
    ELSIF booked IS NOT NULL THEN
        outcome := 'already_booked';
        of_booking := booked;
    ELSIF slots.outcome IS NOT NULL THEN
        -- Perhaps the same person, unknown until then, took the place.
        IF known IS NULL AND EXISTS (SELECT FROM person_hash WHERE hash = ANY (p_hashes)) THEN
            RAISE serialization_failure USING MESSAGE = 'this person was added by another request: try again';
        END IF;
        outcome := slots.outcome;
        wrong_dose := slots.dose;
    ELSE
        days := slots.days;
        minutes := slots.minutes;
        known := coalesce(known, add_person(p_hashes, p_keys, p_sealed, p_sealed_with));
        IF held IS NOT NULL THEN
            PERFORM give_up_places(held, 'cancelled', 'cancel', decided_at, p_channel, p_actor);
        END IF;
        of_booking := add_booking(known, p_number, p_service, p_campaign, p_revision, standing.opens, p_min_days, p_max_days,
            p_hubs, p_starts, days, p_desk, decided_at, p_hold, p_contact, p_tell, p_channel, p_actor, p_key, p_request);
        outcome := 'done';
    END IF;
END $$;
