package io.ovation.eventstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.ovation.trace.Span;
import io.ovation.trace.Traces;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one append: one in each trace that its events are of, which are several where commands were decided
 * together. From the moment at which it waits for its group to that at which it is durable. For one thread.
 */
record AppendSpans(List<Span> spans) {
    static AppendSpans begin(Traces traces, List<StoredEvent> events) {
        List<Span> spans = new ArrayList<>(1);
        events.stream()
                .map(event -> event.message().getMetaData().get(Traces.KEY))
                .filter(Objects::nonNull)
                .distinct()
                .forEach(parent -> {
                    Span span = traces.step("append", parent.toString());
                    if (span != null) {
                        spans.add(span.tag("ovation.events", Integer.toString(events.size())));
                    }
                });
        return new AppendSpans(spans);
    }

    void end(@Nullable Throwable failure) {
        spans.forEach(each -> each.end(failure));
    }
}
