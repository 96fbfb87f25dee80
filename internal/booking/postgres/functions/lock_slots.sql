-- lock_slots locks the slots that are wanted and those that some bookings have, and
-- finds the first dose that would have no place.
--
-- Outcome: null; no_place; or no_slot where there is no such slot, or it has begun.
-- The places that the bookings have count as free: they are given up. With p_keeps a
-- slot that a booking has and wants again is never refused.
CREATE FUNCTION lock_slots(p_hubs int[], p_starts timestamptz[], p_desk boolean, p_had bigint[], p_keeps boolean,
    OUT outcome text, OUT dose int, OUT days date[], OUT minutes int[])
LANGUAGE plpgsql AS $$
DECLARE
    -- Mostly the slots come in order, and nothing is given up for them.
    ordered      boolean := p_had IS NULL;
    hubs         int[] := p_hubs;
    starts       timestamptz[] := p_starts;
    doses        int[]; -- null: as they come
    wanted       int[]; -- null: 1 each
    had          int[];
    had_publicly int[];
    locked       slot;
    at           timestamptz;
BEGIN
    FOR i IN 2..cardinality(p_hubs) LOOP
        ordered := ordered AND (p_hubs[i - 1], p_starts[i - 1]) < (p_hubs[i], p_starts[i]);
    END LOOP;
    IF NOT ordered THEN
        SELECT * INTO hubs, starts, doses, wanted, had, had_publicly FROM slots_in_order(p_hubs, p_starts, p_had);
    END IF;
    days := array_fill(NULL::date, ARRAY[greatest(cardinality(p_hubs), 1)]);
    minutes := array_fill(NULL::int, ARRAY[cardinality(days)]);
    FOR i IN 1..coalesce(cardinality(hubs), 0) LOOP
        SELECT * INTO locked FROM slot WHERE hub_id = hubs[i] AND starts_at = starts[i] FOR NO KEY UPDATE;
        CONTINUE WHEN wanted[i] = 0;
        at := clock_timestamp();
        dose := coalesce(doses[i], i);
        days[dose] := locked.day;
        minutes[dose] := locked.minutes;
        CONTINUE WHEN p_keeps AND had[i] >= wanted[i];
        IF locked.hub_id IS NULL OR locked.starts_at <= at THEN
            outcome := 'no_slot';
            RETURN;
        ELSIF free_places(locked, p_desk, at, coalesce(had[i], 0), coalesce(had_publicly[i], 0)) < coalesce(wanted[i], 1) THEN
            outcome := 'no_place';
            RETURN;
        END IF;
    END LOOP;
    dose := NULL;
END $$;
