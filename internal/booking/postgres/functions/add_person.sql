-- add_person adds somebody who is not known yet. Where another request adds the same
-- person at the same moment it raises serialization_failure: the caller tries again.
CREATE FUNCTION add_person(p_hashes bytea[], p_keys text[], p_sealed bytea, p_sealed_with text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    added bigint;
BEGIN
    INSERT INTO person (sealed, sealed_with) VALUES (p_sealed, p_sealed_with) RETURNING id INTO added;
    FOR i IN 1..cardinality(p_hashes) LOOP
        INSERT INTO person_hash (hash, key_name, person_id) VALUES (p_hashes[i], p_keys[i], added) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RAISE serialization_failure USING MESSAGE = 'this person was added by another request: try again';
        END IF;
    END LOOP;
    RETURN added;
END $$;
