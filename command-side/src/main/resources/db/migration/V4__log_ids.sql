-- Which log a position is of. A back-up that is restored takes the log back, and it grows again, so that a position alone does not say which event it means. So each
-- start of a node gives the log a new id, and so does each connection to a PostgreSQL that was started since; a restored log has lost the ids that came after the
-- back-up, and gets a new one before it grows. A position that was given under an id is good as far as the log went when the next id was given, and of an id that is
-- not here, none is. See docs/adr/0016-a-cursor-knows-its-log.md.
CREATE TABLE logid (
    ordinal BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id      VARCHAR(16) NOT NULL UNIQUE,
    -- the last position of the log when it got this id; -1 for none
    head    BIGINT      NOT NULL,
    -- when the PostgreSQL was started that it had then
    server  VARCHAR(32) NOT NULL
);
