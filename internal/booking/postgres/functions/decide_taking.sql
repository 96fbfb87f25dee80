-- decide_taking locks all that taking places touches, and decides whether a person may
-- take them. It writes nothing.
--
-- Outcome: open where they may; replayed, key_used, stale, not_open, paused, closed,
-- unknown_campaign, already_booked, no_place, no_slot.
CREATE FUNCTION decide_taking(
    p_hashes bytea[], p_service text, p_campaign text, p_revision bigint,
    p_hubs int[], p_starts timestamptz[], p_desk boolean, p_key bytea, p_request bytea,
    OUT outcome text, OUT of_booking bigint, OUT decided_at timestamptz, OUT wrong_dose int, OUT days date[], OUT minutes int[],
    OUT known bigint,     -- the person; null for somebody new
    OUT held bigint,      -- the booking that is their hold
    OUT opens timestamptz -- the campaign
)
LANGUAGE plpgsql AS $$
DECLARE
    booked   bigint;
    earlier  record; -- request with the same key
    standing record; -- of the campaign
    slots    record; -- locked
BEGIN
    known := lock_person(p_hashes);
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
        days := slots.days;
        minutes := slots.minutes;
    END IF;
    -- From here on nothing waits for a lock: what is decided now holds.
    standing := campaign_standing(p_revision, p_campaign);
    outcome := standing.outcome;
    decided_at := standing.at;
    opens := standing.opens;
    IF outcome <> 'open' THEN
        RETURN; -- somebody who has booked is told that too
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
    END IF;
END $$;
