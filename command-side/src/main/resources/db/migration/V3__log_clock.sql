-- What analysts' filters need, so that none of them reads the log from its beginning. See docs/adr/0006-replay.md.

-- By type: the simple name of a nested event (…ConversationEvent$MessageSent), and the position. The "+ 0" keeps the planner from walking the primary key instead,
-- which it would, through all of the log, for a type that was common once and is not any more. One aggregate's events need no further index: in the order of its
-- sequence numbers they are in the order of their positions.
CREATE INDEX domainevententry_by_type ON domainevententry (split_part(payloadtype, '$', -1), (globalindex + 0));

-- By time: the log's clock has, for each second that was the latest one so far when an event of it was appended, the position of that event. Timestamps are nearly in
-- the order of positions, not quite: by how many seconds an event was ever behind the clock is in loglateness. So the first position of a time is that of the first
-- tick at it or later, and behind the tick that is later than a time by more than the lateness there is nothing of that time any more. A time is Axon's text,
-- of fixed length, so that it sorts; its first 19 characters are its second.
CREATE TABLE logclock (
    second     VARCHAR(19) NOT NULL PRIMARY KEY,
    firstindex BIGINT      NOT NULL
);

CREATE TABLE loglateness (
    seconds BIGINT NOT NULL
);

INSERT INTO logclock
SELECT second, min(globalindex)
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

-- Runs under the lock of append_in_commit_order. Nearly always all that was appended is of the second that the clock shows, and nothing is written.
CREATE FUNCTION ovation_tick() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    shown    VARCHAR(19);
    earliest VARCHAR(19);
    latest   VARCHAR(19);
    late     BIGINT;
BEGIN
    SELECT min(substr(timestamp, 1, 19)), max(substr(timestamp, 1, 19)) INTO earliest, latest FROM appended;
    SELECT second INTO shown FROM logclock ORDER BY second DESC LIMIT 1;
    IF earliest IS NULL OR (earliest = shown AND latest = shown) THEN
        RETURN NULL;
    END IF;
    INSERT INTO logclock
    SELECT second, min(globalindex)
    FROM (SELECT globalindex,
                 substr(timestamp, 1, 19) AS second,
                 max(substr(timestamp, 1, 19)) OVER (ORDER BY globalindex) AS clock
          FROM appended) AS now
    WHERE second = clock AND (shown IS NULL OR second > shown)
    GROUP BY second;
    SELECT max(extract(epoch FROM greatest(clock, shown)::timestamp - second::timestamp)) INTO late
    FROM (SELECT substr(timestamp, 1, 19) AS second,
                 max(substr(timestamp, 1, 19)) OVER (ORDER BY globalindex) AS clock
          FROM appended) AS now;
    UPDATE loglateness SET seconds = late WHERE seconds < late;
    RETURN NULL;
END
$$;

CREATE TRIGGER tick
    AFTER INSERT ON domainevententry
    REFERENCING NEW TABLE AS appended
    FOR EACH STATEMENT EXECUTE FUNCTION ovation_tick();
