-- change_appointments gives the doses of a booking, in order, the places that they do
-- not have yet. The caller has locked its row and all slots.
CREATE FUNCTION change_appointments(p_booking bigint, p_hubs int[], p_starts timestamptz[], p_days date[], p_desk boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- What is given up first, so that a dose may take the place of another.
    DELETE FROM appointment had USING unnest(p_hubs, p_starts) WITH ORDINALITY AS wanted(hub, start, dose)
    WHERE had.booking_id = p_booking AND had.dose = wanted.dose AND (had.hub_id, had.starts_at) <> (wanted.hub, wanted.start);
    INSERT INTO appointment (booking_id, dose, doses, hub_id, starts_at, day, desk)
    SELECT p_booking, wanted.dose, cardinality(p_hubs), wanted.hub, wanted.start, wanted.day, p_desk
    FROM unnest(p_hubs, p_starts, p_days) WITH ORDINALITY AS wanted(hub, start, day, dose)
    WHERE NOT EXISTS (SELECT FROM appointment kept WHERE kept.booking_id = p_booking AND kept.dose = wanted.dose);
END $$;
