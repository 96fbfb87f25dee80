-- What recounts everything from the rows.

-- +goose Up

-- +goose StatementBegin
-- recount counts what must never be, and what people must look at, from the rows
-- themselves and not from the counters that bookings go by.
--
--   oversold    places beyond those that were declared when they were sold
--   duplicates  live bookings of one person for one service beyond the first
--   broken      bookings that have not all of their doses, or not so many days apart
--   early       bookings made before their campaign's opening, by the catalog then
--   astray      places that counters have, and rows do not, or the reverse
--   overdue     holds that should have been given back more than 5 s ago
--   displaced   people whose place is no longer declared: hours or stations changed
CREATE FUNCTION recount() RETURNS jsonb LANGUAGE sql STABLE AS $$
    WITH places AS (
        SELECT hub_id, starts_at, count(*) AS sold, count(*) FILTER (WHERE desk) AS desk FROM appointment GROUP BY hub_id, starts_at
    ), slots AS (
        SELECT s.hub_id, s.starts_at, s.capacity, s.stations, s.taken, s.desk_taken, coalesce(p.sold, 0) AS sold, coalesce(p.desk, 0) AS desk
        FROM slot s FULL JOIN places p ON p.hub_id = s.hub_id AND p.starts_at = s.starts_at
    ), counted AS (
        SELECT coalesce(sum(greatest(0, sold - capacity)), 0) AS oversold,
            coalesce(sum(abs(taken - sold) + abs(desk_taken - desk)), 0) AS astray,
            coalesce(sum(greatest(0, sold - stations)) FILTER (WHERE starts_at > now()), 0) AS displaced,
            coalesce(sum(sold), 0) AS sold, coalesce(sum(capacity), 0) AS places
        FROM slots
    ), doses AS (
        SELECT booking_id, count(*) AS n, coalesce(bool_and(apart IS NULL OR apart >= 0), true) AS ordered, min(apart) AS least, max(apart) AS most
        FROM (SELECT booking_id, day - lag(day) OVER (PARTITION BY booking_id ORDER BY dose) AS apart FROM appointment) a GROUP BY booking_id
    ), bookings AS (
        SELECT
            count(*) FILTER (WHERE b.state = 'held') AS held,
            count(*) FILTER (WHERE b.state = 'booked') AS booked,
            count(*) FILTER (WHERE coalesce(d.n, 0) <> b.due
                OR d.least < b.min_days OR d.most > b.max_days) AS broken,
            count(*) FILTER (WHERE b.state = 'held' AND b.expires_at < now() - interval '5 s') AS overdue,
            count(*) FILTER (WHERE b.made_at < c.opens_at OR c.opens_at IS NULL) AS early
        FROM booking b LEFT JOIN doses d ON d.booking_id = b.id
        LEFT JOIN campaign c ON c.revision = b.revision AND c.name = b.campaign
    ), people AS (
        SELECT coalesce(sum(n - 1), 0) AS duplicates FROM (
            SELECT count(*) AS n FROM booking b WHERE state IN ('held', 'booked') GROUP BY person_id, service HAVING count(*) > 1
        ) p
    )
    SELECT to_jsonb(x) FROM (SELECT c.*, b.*, p.* FROM counted c, bookings b, people p) x
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- finish makes past the bookings whose last appointment was over a day ago, so that
-- their people may book again, and tells how many.
CREATE FUNCTION finish(p_limit int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    n int;
BEGIN
    UPDATE booking SET state = 'past' WHERE id IN (
        SELECT b.id FROM booking b
        WHERE b.state = 'booked' AND NOT EXISTS (SELECT FROM appointment a WHERE a.booking_id = b.id AND a.starts_at > now() - interval '1 day')
        ORDER BY b.id LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION finish, recount;
