package io.ovation.content;

import io.ovation.Caller;
import org.axonframework.commandhandling.RoutingKey;

/**
 * What is counted without an event for each: added up in memory, and recorded at the next flush. Answers nothing;
 * rejects with {@code ContentNotFound}.
 */
public sealed interface TallyCommand {
    @RoutingKey
    String contentId();

    int count();

    Caller by();

    /** Answered once what was counted is durable. */
    record Applaud(String contentId, int count, Caller by) implements TallyCommand {}

    /** Answered at once; counted at the next flush. */
    record CountViews(String contentId, int count, Caller by) implements TallyCommand {}
}
