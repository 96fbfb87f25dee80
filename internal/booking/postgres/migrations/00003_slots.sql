-- What makes slots, and counts what is free.

-- +goose Up

-- +goose StatementBegin
-- renew_slots makes a hub's slots of some days as the temporary table `wanted` has
-- them, each with so many stations. What has begun stays as it is.
CREATE FUNCTION renew_slots(p_hub int, p_from date, p_through date, p_stations int, p_desk int, p_release interval) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- In the order in which bookings lock them.
    PERFORM 1 FROM slot WHERE hub_id = p_hub AND day BETWEEN p_from AND p_through AND starts_at > clock_timestamp()
    ORDER BY starts_at FOR NO KEY UPDATE;
    UPDATE slot s SET
        stations = CASE WHEN w.starts_at IS NULL THEN 0 ELSE p_stations END,
        desk = CASE WHEN w.starts_at IS NULL THEN 0 ELSE p_desk END,
        desk_until = s.starts_at - p_release,
        minutes = coalesce(w.minutes, s.minutes),
        capacity = greatest(CASE WHEN w.starts_at IS NULL THEN 0 ELSE p_stations END, s.taken)
    FROM slot o LEFT JOIN wanted w ON w.starts_at = o.starts_at
    WHERE o.hub_id = p_hub AND o.day BETWEEN p_from AND p_through AND o.starts_at > clock_timestamp()
        AND s.hub_id = o.hub_id AND s.starts_at = o.starts_at;
    INSERT INTO slot (hub_id, starts_at, day, minutes, stations, desk, desk_until, capacity)
    SELECT p_hub, w.starts_at, w.day, w.minutes, p_stations, p_desk, w.starts_at - p_release, p_stations
    FROM wanted w WHERE NOT EXISTS (SELECT FROM slot s WHERE s.hub_id = p_hub AND s.starts_at = w.starts_at)
    ORDER BY w.starts_at;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- free tells how many places of a slot are free, to the call centre or to everybody.
CREATE FUNCTION free(s slot, p_desk boolean, p_at timestamptz) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(0, CASE WHEN p_desk OR p_at >= s.desk_until THEN s.stations - s.taken
        ELSE least(s.stations - s.taken, s.stations - s.desk - (s.taken - s.desk_taken)) END)
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- count_availability counts what is free, by hub and day.
CREATE FUNCTION count_availability() RETURNS void LANGUAGE sql AS $$
    WITH counted AS (
        SELECT hub_id, day, sum(stations)::int AS places, sum(free(s, false, now()))::int AS free, sum(free(s, true, now()))::int AS desk
        FROM slot s WHERE starts_at > now() GROUP BY hub_id, day
    ), written AS (
        INSERT INTO availability AS a (hub_id, day, places, free, desk) SELECT hub_id, day, places, free, desk FROM counted
        ON CONFLICT (hub_id, day) DO UPDATE SET places = excluded.places, free = excluded.free, desk = excluded.desk
        WHERE (a.places, a.free, a.desk) <> (excluded.places, excluded.free, excluded.desk)
    )
    DELETE FROM availability a WHERE NOT EXISTS (SELECT FROM counted c WHERE c.hub_id = a.hub_id AND c.day = a.day)
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- claim tells whether a chore that one process does for all is the caller's now: it
-- is so once in a while, for whoever asks first.
CREATE FUNCTION claim(p_name text, p_every interval) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chore AS c (name, done_at) VALUES (p_name, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at WHERE c.done_at <= excluded.done_at - p_every;
    RETURN FOUND;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION claim, count_availability, free, renew_slots;
