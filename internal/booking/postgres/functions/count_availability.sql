-- count_availability counts the places that are free, by hub and day, and keeps the
-- result in the table `availability`.
CREATE FUNCTION count_availability() RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
    WITH counted AS (
        SELECT hub_id, day, sum(stations)::int AS places,
            sum(free_places(slot, false, now()))::int AS free, sum(free_places(slot, true, now()))::int AS desk
        FROM slot WHERE starts_at > now() GROUP BY hub_id, day
    ), written AS (
        INSERT INTO availability (hub_id, day, places, free, desk) SELECT hub_id, day, places, free, desk FROM counted
        ON CONFLICT (hub_id, day) DO UPDATE SET places = excluded.places, free = excluded.free, desk = excluded.desk
        WHERE (availability.places, availability.free, availability.desk) <> (excluded.places, excluded.free, excluded.desk)
    )
    DELETE FROM availability WHERE NOT EXISTS (
        SELECT FROM counted WHERE counted.hub_id = availability.hub_id AND counted.day = availability.day)
$$;
