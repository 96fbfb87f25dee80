-- places_of_booking returns the places that a booking has, as events keep them.
CREATE FUNCTION places_of_booking(p_booking bigint) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT jsonb_agg(jsonb_build_object('dose', appointment.dose, 'hub', hub.name, 'startsAt', appointment.starts_at) ORDER BY appointment.dose)
        FROM appointment JOIN hub ON hub.id = appointment.hub_id WHERE appointment.booking_id = p_booking);
END $$;
