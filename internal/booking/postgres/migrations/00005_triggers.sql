-- The triggers that keep the promises of 00001_tables.sql, whoever writes rows. All
-- versions of the program share them, as they share the tables. They name the tables
-- with their schema, so no search_path changes what they do. (SET search_path would do
-- too, and make each booking some percent slower.)
--
-- A release that changes a trigger adds a table migration with CREATE OR REPLACE FUNCTION
-- under the same name. The new body must suit the functions of the version before too. So
-- a stricter promise takes two releases: first the functions keep it, then the trigger
-- demands it.
--
-- Migrations 2 to 4 made these triggers once, and all other functions, in `public`. A
-- database that has those functions keeps them until the next release drops them: pods of
-- the version before still call them. Newer pods do not, since the versioned schema comes
-- first in their search_path.

-- +goose Up

-- The schemas of functions that are installed, one for each version of the program that
-- ran here lately. See docs/decisions/0010-functions-are-a-versioned-schema.md.
CREATE TABLE function_schema (
    name         text        PRIMARY KEY,
    installed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    used_at      timestamptz NOT NULL DEFAULT clock_timestamp() -- by a running process, to the minute
);

-- +goose StatementBegin
-- appointment_place takes and gives up places, whoever writes appointments.
CREATE OR REPLACE FUNCTION appointment_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.hub_id, OLD.starts_at, OLD.desk) = (NEW.hub_id, NEW.starts_at, NEW.desk) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE public.slot SET taken = taken - 1, desk_taken = desk_taken - OLD.desk::int, capacity = greatest(stations, taken - 1)
        WHERE hub_id = OLD.hub_id AND starts_at = OLD.starts_at;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE public.slot SET taken = taken + 1, desk_taken = desk_taken + NEW.desk::int
        WHERE hub_id = NEW.hub_id AND starts_at = NEW.starts_at AND taken < stations;
        IF NOT FOUND THEN
            RAISE check_violation USING CONSTRAINT = 'slot_not_oversold', MESSAGE = 'no place is left in this slot';
        END IF;
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- booking_whole refuses, at the end of a transaction, a booking that lacks some of its
-- doses, has them the wrong number of days apart, or has some and is not live.
CREATE OR REPLACE FUNCTION booking_whole() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    changed bigint;
    kept    record;
    whole   boolean;
BEGIN
    IF TG_TABLE_NAME = 'booking' THEN
        changed := NEW.id;
    ELSE
        changed := OLD.booking_id;
    END IF;
    SELECT due, min_days, max_days, ARRAY(SELECT day FROM public.appointment WHERE booking_id = changed ORDER BY dose) AS days
    INTO kept FROM public.booking WHERE id = changed;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    whole := cardinality(kept.days) = kept.due;
    FOR i IN 2..cardinality(kept.days) LOOP
        whole := whole AND kept.days[i] - kept.days[i - 1] BETWEEN kept.min_days AND kept.max_days;
    END LOOP;
    IF NOT whole THEN
        RAISE check_violation USING CONSTRAINT = 'booking_whole', MESSAGE = 'a booking is all of its doses, the right number of days apart, or none';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'appointment'::regclass AND tgname = 'appointment_place') THEN
        RETURN; -- since migration 2
    END IF;
    CREATE TRIGGER appointment_place BEFORE INSERT OR UPDATE OR DELETE ON appointment
        FOR EACH ROW EXECUTE FUNCTION appointment_place();
    CREATE CONSTRAINT TRIGGER booking_whole AFTER INSERT OR UPDATE OF state, doses, min_days, max_days ON booking
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_whole();
    -- There is none for appointments that are added: appointment_of_booking lets them
    -- only into a booking that lacks them, and such a booking is checked anyway.
    CREATE CONSTRAINT TRIGGER booking_whole_changed AFTER UPDATE OR DELETE ON appointment
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_whole();
END $$;
-- +goose StatementEnd
