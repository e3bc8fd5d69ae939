package io.ovation.commands;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How many commands there may be at a time, and what is kept in memory for them.
 *
 * @param cacheMemory about how much memory the aggregates of one type may take, to be at hand for the next command
 * @param snapshotEvery after how many events of an aggregate to take a snapshot
 * @param inFlight how many commands are handled at a time
 * @param waiting how many more wait for their turn, which the users take in rounds; beyond them one of who has the most
 *     is told to come again
 * @param unanswered how many commands may wait for an answer, those under way among them; applause waits for the next
 *     flush without being under way
 */
@ConfigurationProperties("ovation.commands")
record CommandProperties(
        @DefaultValue("64MB") DataSize cacheMemory,
        @DefaultValue("500") int snapshotEvery,
        @DefaultValue("1024") int inFlight,
        @DefaultValue("8192") int waiting,
        @DefaultValue("65536") int unanswered) {}
