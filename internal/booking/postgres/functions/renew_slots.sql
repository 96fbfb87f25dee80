-- renew_slots makes a hub's slots of some days as the temporary table `wanted` has them.
-- A slot that has begun stays as it is.
CREATE FUNCTION renew_slots(p_hub int, p_from date, p_through date, p_stations int, p_desk int, p_desk_ends_before interval) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM 1 FROM slot WHERE hub_id = p_hub AND day BETWEEN p_from AND p_through AND starts_at > clock_timestamp()
    ORDER BY starts_at FOR NO KEY UPDATE;
    UPDATE slot SET
        stations = CASE WHEN wanted.starts_at IS NULL THEN 0 ELSE p_stations END,
        desk = CASE WHEN wanted.starts_at IS NULL THEN 0 ELSE p_desk END,
        desk_until = slot.starts_at - p_desk_ends_before,
        minutes = coalesce(wanted.minutes, slot.minutes),
        capacity = greatest(CASE WHEN wanted.starts_at IS NULL THEN 0 ELSE p_stations END, slot.taken)
    FROM slot before LEFT JOIN pg_temp.wanted ON wanted.starts_at = before.starts_at
    WHERE before.hub_id = p_hub AND before.day BETWEEN p_from AND p_through AND before.starts_at > clock_timestamp()
        AND slot.hub_id = before.hub_id AND slot.starts_at = before.starts_at;
    INSERT INTO slot (hub_id, starts_at, day, minutes, stations, desk, desk_until, capacity)
    SELECT p_hub, wanted.starts_at, wanted.day, wanted.minutes, p_stations, p_desk, wanted.starts_at - p_desk_ends_before, p_stations
    FROM pg_temp.wanted WHERE NOT EXISTS (SELECT FROM slot WHERE slot.hub_id = p_hub AND slot.starts_at = wanted.starts_at)
    ORDER BY wanted.starts_at;
END $$;
