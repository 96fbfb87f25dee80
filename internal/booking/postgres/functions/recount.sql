-- recount counts what must never be, and what people must look at, from the rows
-- themselves and not from the counters that bookings go by.
--
--   oversold    places beyond those that were declared when they were sold
--   duplicates  live bookings of one person for one service beyond the first
--   broken      bookings without all of their doses, or with a wrong number of days between
--   early       bookings made before their campaign's opening, by the catalog then
--   astray      places that counters have, and rows do not, or the reverse
--   overdue     holds that should have been given up more than 5 s ago
--   displaced   people whose place is no longer declared: hours or stations changed
CREATE FUNCTION recount() RETURNS jsonb
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH places AS (
        SELECT hub_id, starts_at, count(*) AS sold, count(*) FILTER (WHERE desk) AS desk FROM appointment GROUP BY hub_id, starts_at
    ), slots AS (
        SELECT hub_id, starts_at, capacity, stations, taken, desk_taken, coalesce(places.sold, 0) AS sold, coalesce(places.desk, 0) AS desk
        FROM slot FULL JOIN places USING (hub_id, starts_at)
    ), counted AS (
        SELECT coalesce(sum(greatest(0, sold - capacity)), 0) AS oversold,
            coalesce(sum(abs(taken - sold) + abs(desk_taken - desk)), 0) AS astray,
            coalesce(sum(greatest(0, sold - stations)) FILTER (WHERE starts_at > now()), 0) AS displaced,
            coalesce(sum(sold), 0) AS sold, coalesce(sum(capacity), 0) AS places
        FROM slots
    ), apart AS (
        SELECT booking_id, day - lag(day) OVER (PARTITION BY booking_id ORDER BY dose) AS days FROM appointment
    ), doses AS (
        SELECT booking_id, count(*) AS had, min(days) AS fewest, max(days) AS most FROM apart GROUP BY booking_id
    ), bookings AS (
        SELECT
            count(*) FILTER (WHERE booking.state = 'held') AS held,
            count(*) FILTER (WHERE booking.state = 'booked') AS booked,
            count(*) FILTER (WHERE coalesce(doses.had, 0) <> booking.due
                OR doses.fewest < booking.min_days OR doses.most > booking.max_days) AS broken,
            count(*) FILTER (WHERE booking.state = 'held' AND booking.expires_at < now() - interval '5 s') AS overdue,
            count(*) FILTER (WHERE booking.made_at < campaign.opens_at OR campaign.opens_at IS NULL) AS early
        FROM booking LEFT JOIN doses ON doses.booking_id = booking.id
        LEFT JOIN campaign ON campaign.revision = booking.revision AND campaign.name = booking.campaign
    ), people AS (
        SELECT coalesce(sum(bookings - 1), 0) AS duplicates FROM (
            SELECT count(*) AS bookings FROM booking WHERE state IN ('held', 'booked') GROUP BY person_id, service HAVING count(*) > 1
        ) twice
    )
    SELECT to_jsonb(figures) FROM (SELECT * FROM counted, bookings, people) figures
$$;
