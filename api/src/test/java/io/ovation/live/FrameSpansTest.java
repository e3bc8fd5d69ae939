package io.ovation.live;

import java.util.ArrayList;
import java.util.List;

import io.ovation.Caller;
import io.ovation.cluster.Nodes;
import io.ovation.trace.Span;
import io.ovation.trace.Traces;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/** A frame that is a part of a trace has one span, however many watch, and one that is not has none. */
class FrameSpansTest implements Traces {
    private static final Caller ADA = new Caller("ada", false);
    private static final int MANY = 100;

    private final List<String> ended = new ArrayList<>();
    private final ScriptedTopic topic = new ScriptedTopic();
    private final List<Runnable> rounds = new ArrayList<>();
    private final Watches watches = new Watches(
            topic,
            VirtualTimeScheduler.create(),
            rounds::add,
            1_024,
            1 << 20,
            each -> false,
            Nodes.ALONE,
            this);

    @Test
    void itEndsOnceAllHaveBeenWoken() {
        List<Disposable> watching = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            watching.add(watches.watch(ScriptedTopic.TOPIC, null, ADA).subscribe());
            topic.decide();
        }
        topic.tellTraced("one");
        topic.tellTraced(null);
        assertThat(ended).as("the round is another thread's").isEmpty();
        while (!rounds.isEmpty()) {
            rounds.removeFirst().run();
        }
        assertThat(ended).containsExactly("frame of one for " + MANY);

        topic.tellTraced("two");
        watching.forEach(Disposable::dispose);
        assertThat(ended).as("nobody is left to be told").hasSize(2);
    }

    @Override
    public boolean areOn() {
        return true;
    }

    @Override
    public @Nullable Span request(String name, @Nullable String parent) {
        return null;
    }

    @Override
    public @Nullable Span step(String name, @Nullable String parent) {
        return parent == null ? null : new Noted(name + " of " + parent);
    }

    private final class Noted implements Span {
        private final String of;
        private String tagged = "";

        Noted(String of) {
            this.of = of;
        }

        @Override
        public String traceparent() {
            return of;
        }

        @Override
        public Span tag(String key, String value) {
            tagged = " for " + value;
            return this;
        }

        @Override
        public void end(@Nullable Throwable failure) {
            ended.add(of + tagged);
        }
    }
}
