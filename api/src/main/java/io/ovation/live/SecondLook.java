package io.ovation.live;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Whether the text of a topic's entries may still be shown: asked before a frame that waited is handed out, for a text
 * may be redacted while its reader lags. Any thread may ask; it guards its fields by its own monitor. One question at a
 * time is under way, for all watchers of the topic together, so that a slow crowd costs what one slow watcher costs.
 */
final class SecondLook {
    /** For so long an answer is good: less than a redaction needs to be answered after what it redacts. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Function<Set<Long>, Mono<Set<Long>>> question;
    private final Scheduler clock;
    private final Map<Long, Answer> answers = new HashMap<>();

    /** Who waits for the next question, by the seq; null where the answer is only wanted in advance. */
    private Map<Long, Sinks.@Nullable One<Boolean>> waiting = new LinkedHashMap<>();

    private boolean asking;

    private record Answer(boolean redacted, long askedAt) {}

    /** @param question answers which of some seqs are redacted now */
    SecondLook(Function<Set<Long>, Mono<Set<Long>>> question, Scheduler clock) {
        this.question = question;
        this.clock = clock;
    }

    /**
     * Whether the text of an entry is redacted now.
     *
     * @param seq the entry's number in the topic
     */
    Mono<Boolean> isRedacted(long seq) {
        return Mono.defer(() -> {
            Sinks.One<Boolean> wanted;
            synchronized (this) {
                Answer known = fresh(seq);
                if (known != null) {
                    return Mono.just(known.redacted());
                }
                wanted = waiting.get(seq);
                if (wanted == null) {
                    wanted = Sinks.one();
                    waiting.put(seq, wanted);
                }
            }
            ask();
            return wanted.asMono();
        });
    }

    private @Nullable Answer fresh(long seq) {
        Answer known = answers.get(seq);
        return known != null && now() - known.askedAt() <= FRESH_NANOS ? known : null;
    }

    /** Whether an answer about the entry is known that is good still. */
    synchronized boolean knows(long seq) {
        return fresh(seq) != null;
    }

    /** Has the next question answer these too. */
    void alsoOf(Collection<Long> seqs) {
        synchronized (this) {
            seqs.forEach(seq -> waiting.putIfAbsent(seq, null));
        }
    }

    private void ask() {
        Map<Long, Sinks.@Nullable One<Boolean>> asked;
        long askedAt;
        synchronized (this) {
            if (asking || waiting.isEmpty()) {
                return;
            }
            asking = true;
            asked = waiting;
            waiting = new LinkedHashMap<>();
            askedAt = now();
        }
        question.apply(Set.copyOf(asked.keySet()))
                .subscribe(
                        redacted -> {
                            synchronized (this) {
                                answers.values().removeIf(each -> now() - each.askedAt() > FRESH_NANOS);
                                asked.keySet()
                                        .forEach(seq -> answers.put(seq, new Answer(redacted.contains(seq), askedAt)));
                                asking = false;
                            }
                            asked.forEach((seq, sink) -> {
                                if (sink != null) {
                                    sink.tryEmitValue(redacted.contains(seq));
                                }
                            });
                            askNext();
                        },
                        failure -> {
                            synchronized (this) {
                                asking = false;
                            }
                            asked.values().forEach(sink -> {
                                if (sink != null) {
                                    sink.tryEmitError(failure);
                                }
                            });
                            askNext();
                        });
    }

    /** Only what somebody waits for is reason for another question. */
    private void askNext() {
        boolean wanted;
        synchronized (this) {
            wanted = waiting.values().stream().anyMatch(sink -> sink != null);
        }
        if (wanted) {
            ask();
        }
    }

    private long now() {
        return clock.now(TimeUnit.NANOSECONDS);
    }
}
