-- Whoever appends holds one lock from before the first position is taken until the transaction is over. So positions become visible in ascending order, and what
-- was read once up to a position never changes: a gap stays a gap. (A statement trigger runs before the first row's default is evaluated.)
-- 0x4F564154 is 'OVAT'. See docs/adr/0002-positions-in-commit-order.md.
CREATE FUNCTION ovation_append_in_commit_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1331052884);
    RETURN NULL;
END
$$;

CREATE TRIGGER append_in_commit_order
    BEFORE INSERT ON domainevententry
    FOR EACH STATEMENT EXECUTE FUNCTION ovation_append_in_commit_order();
