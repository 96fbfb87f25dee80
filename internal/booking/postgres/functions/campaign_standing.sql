-- campaign_standing reports how a campaign stands, by this server's clock and the
-- catalog that binds.
--
-- Outcome: open, not_open, paused, closed, unknown_campaign; or stale where the caller
-- decided by another catalog.
CREATE FUNCTION campaign_standing(p_revision bigint, p_campaign text, OUT outcome text, OUT opens timestamptz, OUT at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    declared record;
BEGIN
    SELECT binding.revision, campaign.name, campaign.opens_at, campaign.closes_at, campaign.paused INTO declared
    FROM (SELECT revision FROM catalog ORDER BY revision DESC LIMIT 1) binding
        LEFT JOIN campaign ON campaign.revision = binding.revision AND campaign.name = p_campaign;
    at := clock_timestamp();
    opens := declared.opens_at;
    outcome := CASE
        WHEN declared.revision IS DISTINCT FROM p_revision THEN 'stale'
        WHEN declared.name IS NULL THEN 'unknown_campaign'
        WHEN declared.closes_at <= at THEN 'closed'
        WHEN declared.paused THEN 'paused'
        WHEN declared.opens_at > at THEN 'not_open'
        ELSE 'open' END;
END $$;
