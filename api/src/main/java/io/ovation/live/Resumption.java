package io.ovation.live;

import io.ovation.live.Cursors.Place;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * From where a stream goes on that was opened with a cursor. Owned by whoever drains the stream; the answer to its
 * question comes on any thread.
 */
final class Resumption {
    private final @Nullable String after;
    private final Disposable.Swap question = Disposables.swap();
    private volatile @Nullable Place place;
    private volatile boolean isReset;
    private volatile boolean located;
    private volatile @Nullable Throwable failure;

    /** @param after a cursor; null or empty for none */
    Resumption(@Nullable String after) {
        this.after = after == null || after.isEmpty() ? null : after;
    }

    /**
     * Finds out whether the cursor is one of the topic as it is, and runs {@code then} where that takes a question.
     *
     * @param last the topic's last sequence
     */
    void locate(TopicSource source, Topic topic, Cursors cursors, long last, Runnable then) {
        if (after == null) {
            located = true;
            return;
        }
        Place given = cursors.place(after);
        if (given == null || given.equals(Cursors.LIVE) || given.sequence() > last) {
            isReset = given == null || !given.equals(Cursors.LIVE);
            located = true;
            return;
        }
        if (cursors.isOfThisLog(given)) {
            place = given;
            located = true;
            return;
        }
        question.update(source.placed(topic, given.sequence(), given.log()).subscribe(
                there -> {
                    place = there ? given : null;
                    isReset = !there;
                    located = true;
                    then.run();
                },
                problem -> {
                    failure = problem;
                    then.run();
                }));
    }

    /** Whether that is known. */
    boolean isLocated() {
        return located;
    }

    /** Why it can't be known; null unless it can't. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Whether the cursor can't be served. */
    boolean isReset() {
        return isReset;
    }

    /** Whether the stream goes on from a cursor. */
    boolean resumes() {
        return place != null;
    }

    /** The sequence after which the stream goes on: the cursor's, or else the last one. */
    long from(long last) {
        Place known = place;
        return known == null ? last : Math.min(last, known.sequence());
    }

    void cancel() {
        question.dispose();
    }

    /** The sequence of a cursor; empty where it is none of the topic as it is. */
    static Mono<Long> sequence(TopicSource source, Topic topic, Cursors cursors, String cursor) {
        Place given = cursors.place(cursor);
        if (given == null || given.equals(Cursors.LIVE)) {
            return Mono.empty();
        }
        return cursors.isOfThisLog(given)
                ? Mono.just(given.sequence())
                : source.placed(topic, given.sequence(), given.log())
                        .filter(there -> there)
                        .map(there -> given.sequence());
    }
}
