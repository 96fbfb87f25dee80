-- move_booking gives a booking other places, for all of its doses in order; the places
-- that stay are named again.
--
-- Outcome: done, begun where a dose that has begun would change, gone where it is not
-- booked, doses where their number is wrong, no_place, no_slot, stale, replayed,
-- key_used, not_found.
CREATE FUNCTION move_booking(p_number text, p_hashes bytea[], p_revision bigint, p_hubs int[], p_starts timestamptz[], p_desk boolean,
    p_tell boolean, p_channel text, p_actor text, p_key bytea, p_request bytea,
    OUT outcome text, OUT of_booking bigint, OUT decided_at timestamptz, OUT wrong_dose int)
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    mine   record := lock_booking_of_person(p_number, p_hashes, p_key, p_request);
    moved  booking := mine.locked;
    slots  record; -- locked
    before jsonb;
BEGIN
    outcome := mine.outcome;
    of_booking := moved.id;
    decided_at := clock_timestamp();
    IF outcome <> 'found' THEN
        RETURN;
    ELSIF moved.state <> 'booked' THEN
        outcome := 'gone';
        RETURN;
    ELSIF moved.doses <> cardinality(p_hubs) THEN
        outcome := 'doses';
        RETURN;
    END IF;
    outcome := (campaign_standing(p_revision, moved.campaign)).outcome;
    IF outcome = 'stale' THEN
        RETURN;
    END IF;
    SELECT min(had.dose) INTO wrong_dose
    FROM appointment had JOIN unnest(p_hubs, p_starts) WITH ORDINALITY AS wanted(hub, start, dose) ON wanted.dose = had.dose
    WHERE had.booking_id = of_booking AND had.starts_at <= decided_at AND (had.hub_id, had.starts_at) <> (wanted.hub, wanted.start);
    IF wrong_dose IS NOT NULL THEN
        outcome := 'begun';
        RETURN;
    END IF;
    slots := lock_slots(p_hubs, p_starts, p_desk, p_had => ARRAY[of_booking], p_keeps => true);
    outcome := slots.outcome;
    wrong_dose := slots.dose;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    before := places_of_booking(of_booking);
    PERFORM change_appointments(of_booking, p_hubs, p_starts, slots.days, p_desk);
    INSERT INTO event (booking_id, verb, at, channel, actor, places, key, request, tell_at)
    VALUES (of_booking, 'move', decided_at, p_channel, p_actor, before, p_key, p_request,
        CASE WHEN p_tell AND moved.contact IS NOT NULL THEN decided_at END);
    outcome := 'done';
END $$;
