-- lock_person locks the person who is known by one of the hashes. It returns null where
-- nobody is.
CREATE FUNCTION lock_person(p_hashes bytea[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    known bigint;
BEGIN
    SELECT person_id INTO known FROM person_hash WHERE hash = ANY (p_hashes) LIMIT 1;
    IF FOUND THEN
        PERFORM 1 FROM person WHERE id = known FOR NO KEY UPDATE;
    END IF;
    RETURN known;
END $$;
