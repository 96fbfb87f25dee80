-- free_places counts the places of a slot that are free, to the call centre or to
-- everybody. Those that are about to be given up count as free.
--
-- It sets no search_path, and needs none: it names no table. So queries can inline it,
-- which matters where it is called once for each slot there is. Its body is a text: one
-- in the form RETURN … would keep the columns of slot from ever being dropped.
CREATE FUNCTION free_places(p_slot slot, p_desk boolean, p_at timestamptz, p_given_up int DEFAULT 0, p_given_up_publicly int DEFAULT 0) RETURNS int
LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(0, CASE WHEN p_desk OR p_at >= (p_slot).desk_until
        THEN (p_slot).stations - (p_slot).taken + p_given_up
        ELSE least((p_slot).stations - (p_slot).taken + p_given_up,
            (p_slot).stations - (p_slot).desk - ((p_slot).taken - (p_slot).desk_taken) + p_given_up_publicly) END)
$$;
