-- slots_in_order lists the slots that are wanted and those that some bookings have, each
-- once, in the order in which slots are locked.
CREATE FUNCTION slots_in_order(p_hubs int[], p_starts timestamptz[], p_had bigint[],
    OUT hubs int[], OUT starts timestamptz[],
    OUT doses int[],       -- the last one that wants the slot
    OUT wanted int[],      -- how many want it
    OUT had int[],         -- how many places of it the bookings have
    OUT had_publicly int[] -- of them, not the call centre's
)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT array_agg(each.hub), array_agg(each.start), array_agg(each.dose), array_agg(each.wanted), array_agg(each.had), array_agg(each.had_publicly)
    INTO hubs, starts, doses, wanted, had, had_publicly
    FROM (
        SELECT place.hub, place.start, max(place.dose) AS dose, count(place.dose) AS wanted,
            count(*) FILTER (WHERE place.dose IS NULL) AS had,
            count(*) FILTER (WHERE place.dose IS NULL AND NOT place.desk) AS had_publicly
        FROM (
            SELECT asked.hub, asked.start, asked.dose::int, NULL::boolean AS desk
            FROM unnest(p_hubs, p_starts) WITH ORDINALITY AS asked(hub, start, dose)
            UNION ALL
            SELECT hub_id, starts_at, NULL, desk FROM appointment WHERE booking_id = ANY (p_had)
        ) place GROUP BY place.hub, place.start ORDER BY place.hub, place.start
    ) each;
END $$;
