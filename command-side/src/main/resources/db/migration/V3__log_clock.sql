-- What analysts' filters need, so that none of them reads the log from its beginning. See docs/adr/0006-replay.md.

-- By type: the simple name of a nested event (…ConversationEvent$MessageSent), and the position. The "+ 0" keeps the planner from walking the primary key instead,
-- which it would, through all of the log, for a type that was common once and is not any more. One aggregate's events need no further index: in the order of its
-- sequence numbers they are in the order of their positions.
CREATE INDEX domainevententry_by_type ON domainevententry (split_part(payloadtype, '$', -1), (globalindex + 0));

-- By time: the log's clock has, for each second that was the latest one so far when an event of it was appended, the position of that event. Timestamps are nearly in
-- the order of positions, not quite: by how many seconds an event was ever behind the clock is in loglateness. So what is of a time or later begins at the first tick
-- that is not before that time, and what is before a time has ended at the first tick that is later than it by more than the lateness.
-- Seconds are since 1970. A timestamp is Axon's text, whose length is fixed, so that it sorts; its first 19 characters are its second.
CREATE TABLE logclock (
    second     BIGINT NOT NULL PRIMARY KEY,
    firstindex BIGINT NOT NULL
);

CREATE TABLE loglateness (
    seconds BIGINT NOT NULL
);

INSERT INTO logclock
SELECT extract(epoch FROM second::timestamp)::bigint, min(globalindex)
FROM (SELECT globalindex,
             substr(timestamp, 1, 19) AS second,
             max(substr(timestamp, 1, 19)) OVER (ORDER BY globalindex) AS clock
      FROM domainevententry) AS recorded
WHERE second = clock
GROUP BY second;

INSERT INTO loglateness
SELECT coalesce(max(extract(epoch FROM clock::timestamp - second::timestamp)), 0)::bigint
FROM (SELECT substr(timestamp, 1, 19) AS second,
             max(substr(timestamp, 1, 19)) OVER (ORDER BY globalindex) AS clock
      FROM domainevententry) AS recorded;

-- Runs under the lock of append_in_commit_order. Under load, nearly always all that was appended is of the second that the clock shows, and nothing is written.
CREATE FUNCTION ovation_tick() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    shown    BIGINT;
    earliest VARCHAR(19);
    latest   VARCHAR(19);
    late     BIGINT;
BEGIN
    SELECT min(substr(timestamp, 1, 19)), max(substr(timestamp, 1, 19)) INTO earliest, latest FROM appended;
    IF earliest IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT second INTO shown FROM logclock ORDER BY second DESC LIMIT 1;
    IF earliest = latest AND extract(epoch FROM latest::timestamp)::bigint = shown THEN
        RETURN NULL;
    END IF;
    WITH timed AS (
        SELECT globalindex, extract(epoch FROM substr(timestamp, 1, 19)::timestamp)::bigint AS second FROM appended
    ), clocked AS (
        SELECT globalindex, second, greatest(shown, max(second) OVER (ORDER BY globalindex)) AS clock FROM timed
    ), ticked AS (
        INSERT INTO logclock
        SELECT second, min(globalindex) FROM clocked WHERE second = clock AND second IS DISTINCT FROM shown GROUP BY second
    )
    SELECT max(clock - second) INTO late FROM clocked;
    IF late > 0 THEN
        UPDATE loglateness SET seconds = late WHERE seconds < late;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER tick
    AFTER INSERT ON domainevententry
    REFERENCING NEW TABLE AS appended
    FOR EACH STATEMENT EXECUTE FUNCTION ovation_tick();
