package io.ovation.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.ovation.Caller;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.Role;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/** However removing, letting in, telling, reading and opening interleave, no stream of who was removed lives on. */
class RemovedMemberProperties {
    private static final Caller BOB = new Caller("bob", false);

    enum Action {
        SEND,
        REMOVE,
        LET_IN,
        TELL,
        DROP,
        RECONNECT,
        DECIDE,
        READ,
        WATCH,
        WATCH_AGAIN,
        LEAVE
    }

    /** A stream of his, and how it ended. */
    private static final class Stream {
        private final List<WireFrame> frames = new ArrayList<>();
        private final Disposable subscription;
        private @Nullable Throwable ended;

        Stream(Watches watches, @Nullable String after) {
            subscription = watches.watch(ScriptedTopic.TOPIC, after, BOB)
                    .subscribe(frames::add, failure -> ended = failure);
        }
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        return Arbitraries.of(Action.class).list().ofMinSize(5).ofMaxSize(100);
    }

    @Property(tries = 5_000)
    void noStreamOfWhoWasRemovedLivesOn(@ForAll("actions") List<Action> actions) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        ScriptedTopic topic = new ScriptedTopic();
        Watches watches = new Watches(topic, time, Runnable::run, 1_024, Integer.MAX_VALUE);
        topic.append();
        topic.tellAll();
        List<Stream> streams = new ArrayList<>();
        boolean member = true;
        for (Action action : actions) {
            switch (action) {
                case SEND -> topic.append();
                case REMOVE -> {
                    member = false;
                    topic.refuse(new NotAMember());
                    topic.append(0, new Frame.Member("c", "bob", null, true));
                }
                case LET_IN -> {
                    member = true;
                    topic.refuse(null);
                    topic.append(0, new Frame.Member("c", "bob", Role.member, null));
                }
                case TELL -> topic.tell();
                case DROP -> topic.drop();
                case RECONNECT -> time.advanceTimeBy(Duration.ofSeconds(1));
                case DECIDE -> topic.decide();
                case READ -> topic.read(Integer.MAX_VALUE);
                case WATCH -> streams.add(new Stream(watches, null));
                case WATCH_AGAIN -> streams.add(new Stream(watches, topic.cursor(0)));
                case LEAVE -> streams.forEach(stream -> stream.subscription.dispose());
            }
        }
        for (int round = 0; round < 3; round++) {
            time.advanceTimeBy(Duration.ofSeconds(10));
            topic.tellAll();
            boolean moved;
            do {
                moved = topic.decide() | topic.read(Integer.MAX_VALUE);
            } while (moved);
        }
        if (!member) {
            assertThat(streams).allSatisfy(stream -> assertThat(stream.subscription.isDisposed())
                    .as("it has ended")
                    .isTrue());
        }
        assertThat(streams).allSatisfy(stream -> {
            if (stream.ended != null) {
                assertThat(stream.ended).isInstanceOf(NotAMember.class);
            }
        });
        streams.forEach(stream -> stream.subscription.dispose());
        assertThat(watches.topics()).isZero();
        assertThat(topic.open()).isZero();
    }
}
