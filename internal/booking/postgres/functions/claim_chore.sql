-- claim_chore returns whether the caller is to do a chore that one process does for all:
-- whoever asks first, once in p_every.
CREATE FUNCTION claim_chore(p_name text, p_every interval) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO chore (name, done_at) VALUES (p_name, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at WHERE chore.done_at <= excluded.done_at - p_every;
    RETURN FOUND;
END $$;
