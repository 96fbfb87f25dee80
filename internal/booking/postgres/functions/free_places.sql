-- free_places counts the places of a slot that are free, to the call centre or to
-- everybody. Those that are about to be given up count as free.
--
-- It has no search_path: names in this form are bound when the function is made. So
-- queries can inline it, which matters where it is called once for each slot there is.
CREATE FUNCTION free_places(p_slot slot, p_desk boolean, p_at timestamptz, p_given_up int DEFAULT 0, p_given_up_publicly int DEFAULT 0) RETURNS int
LANGUAGE sql IMMUTABLE
RETURN greatest(0, CASE WHEN p_desk OR p_at >= (p_slot).desk_until
    THEN (p_slot).stations - (p_slot).taken + p_given_up
    ELSE least((p_slot).stations - (p_slot).taken + p_given_up,
        (p_slot).stations - (p_slot).desk - ((p_slot).taken - (p_slot).desk_taken) + p_given_up_publicly) END);
