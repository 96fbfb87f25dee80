-- earlier_request looks for a request that was carried out under the same key.
--
-- Outcome: replayed; key_used where that request asked for something else; null where
-- there was none.
CREATE FUNCTION earlier_request(p_key bytea, p_request bytea, OUT outcome text, OUT of_booking bigint, OUT decided_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    earlier record;
BEGIN
    SELECT event.at, event.request, event.booking_id INTO earlier FROM event WHERE event.key = p_key;
    IF FOUND THEN
        decided_at := earlier.at;
        outcome := CASE WHEN earlier.request = p_request THEN 'replayed' ELSE 'key_used' END;
        of_booking := CASE WHEN earlier.request = p_request THEN earlier.booking_id END;
    END IF;
END $$;
