-- expire_holds gives up the places of at most p_limit holds that have expired, and
-- returns how many.
CREATE FUNCTION expire_holds(p_limit int) RETURNS int
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    expired bigint[];
    hold    bigint;
BEGIN
    SELECT array_agg(due.id) INTO expired FROM (
        SELECT id FROM booking WHERE state = 'held' AND expires_at <= clock_timestamp()
        ORDER BY expires_at LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
    ) due;
    IF expired IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM lock_slots('{}', '{}', p_desk => true, p_had => expired, p_keeps => false);
    FOREACH hold IN ARRAY expired LOOP
        PERFORM give_up_places(hold, 'lapsed', 'lapse', clock_timestamp(), p_channel => '', p_actor => NULL);
    END LOOP;
    RETURN cardinality(expired);
END $$;
