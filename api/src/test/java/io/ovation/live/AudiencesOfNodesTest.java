package io.ovation.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.ovation.Caller;
import io.ovation.cluster.Nodes;
import io.ovation.trace.Traces;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** How many watch on all nodes, where nodes come and go and what they tell is lost, on a clock that the test moves. */
@SuppressWarnings("NullAway") // a test fails on a null as well
class AudiencesOfNodesTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Map<String, Node> cluster = new LinkedHashMap<>();
    private boolean lost;
    private boolean full;
    private int messages;

    /** One node, with a word to the others that may be lost. */
    private final class Node implements Nodes {
        private final String name;
        private final ScriptedTopic topic = new ScriptedTopic();
        private final List<Disposable> streams = new ArrayList<>();
        private final List<Long> told = new ArrayList<>();
        private BiConsumer<String, byte[]> toldBy = (from, message) -> {};
        private Consumer<Set<String>> changed = others -> {};
        private final Watches watches =
                new Watches(topic, time, Runnable::run, 8, 4096, Topic::hasAudience, this, Traces.OFF);

        Node(String name) {
            this.name = name;
        }

        void watch(String user) {
            boolean first = streams.isEmpty();
            streams.add(watches.watch(ScriptedTopic.TOPIC, null, Standing.of(new Caller(user, false)))
                    .subscribe(frame -> {
                        JsonNode json = JSON.readTree(frame.json());
                        if (first && json.path("type").asString().equals("audience")) {
                            told.add(json.path("watching").asLong());
                        }
                    }));
            topic.decide();
        }

        void leaves() {
            streams.removeLast().dispose();
        }

        Watches.Present present() {
            return watches.present(ScriptedTopic.TOPIC, 200);
        }

        @Override
        public boolean several() {
            return true;
        }

        @Override
        public boolean decidesAlone(String aggregate) {
            return false;
        }

        @Override
        public boolean isHere(String ownName) {
            return cluster.containsKey(ownName);
        }

        @Override
        public boolean tell(String kind, byte[] message) {
            if (full) {
                return false;
            }
            messages++;
            if (!lost) {
                cluster.values().stream()
                        .filter(each -> each != this)
                        .forEach(each -> each.toldBy.accept(name, message));
            }
            return true;
        }

        @Override
        public void onTold(String kind, BiConsumer<String, byte[]> listener) {
            toldBy = listener;
        }

        @Override
        public void onChange(Consumer<Set<String>> listener) {
            changed = listener;
        }
    }

    private Node joins(String name) {
        Node node = new Node(name);
        cluster.put(name, node);
        changed();
        return node;
    }

    private void changed() {
        cluster.values().forEach(node -> {
            Set<String> others = new TreeSet<>(cluster.keySet());
            others.remove(node.name);
            node.changed.accept(others);
        });
    }

    private void seconds(int count) {
        time.advanceTimeBy(Duration.ofSeconds(count));
    }

    @Test
    void thoseOnOtherNodesCountWithinTwoSeconds() {
        Node one = joins("one");
        Node other = joins("other");
        one.watch("ada");
        other.watch("bob");
        other.watch("ada");
        seconds(2);
        assertThat(one.present().connections()).isEqualTo(3);
        assertThat(one.present().users()).containsExactlyInAnyOrder("ada", "bob");
        assertThat(other.present().connections()).isEqualTo(3);
        assertThat(one.told.getLast()).isEqualTo(3);
        assertThat(other.told.getLast()).isEqualTo(3);
        other.leaves();
        seconds(2);
        assertThat(one.told.getLast()).isEqualTo(2);
        other.leaves();
        seconds(2);
        assertThat(one.present()).isEqualTo(new Watches.Present(1, List.of("ada")));
        assertThat(one.told.getLast()).isEqualTo(1);
    }

    @Test
    void aNodeThatLeavesTakesItsAudienceWithItAndOneThatComesIsTold() {
        Node one = joins("one");
        Node other = joins("other");
        one.watch("ada");
        other.watch("bob");
        seconds(2);
        assertThat(one.present().connections()).isEqualTo(2);
        cluster.remove("other");
        changed();
        assertThat(one.present()).isEqualTo(new Watches.Present(1, List.of("ada")));
        seconds(1);
        assertThat(one.told.getLast()).isEqualTo(1);
        Node third = joins("third");
        seconds(1);
        assertThat(third.present().users()).containsExactly("ada");
    }

    @Test
    void whatIsLostIsToldAgainWhenTheyFindEachOther() {
        Node one = joins("one");
        Node other = joins("other");
        lost = true;
        one.watch("ada");
        other.watch("bob");
        seconds(2);
        assertThat(one.present().connections()).isEqualTo(1);
        lost = false;
        changed();
        seconds(2);
        assertThat(one.present().connections()).isEqualTo(2);
        assertThat(other.present().connections()).isEqualTo(2);
    }

    @Test
    void whatTheOthersDoNotTakeIsToldAgainUntilTheyDo() {
        Node one = joins("one");
        Node other = joins("other");
        full = true;
        one.watch("ada");
        other.watch("bob");
        seconds(3);
        assertThat(one.present().connections()).isEqualTo(1);
        full = false;
        seconds(2);
        assertThat(one.present().connections()).isEqualTo(2);
        assertThat(other.present().connections()).isEqualTo(2);
    }

    @Test
    void theOthersAreToldAtMostOnceASecond() {
        Node one = joins("one");
        joins("other");
        seconds(2);
        messages = 0;
        for (int i = 0; i < 100; i++) {
            one.watch("user-" + i);
            time.advanceTimeBy(Duration.ofMillis(50));
        }
        seconds(2);
        assertThat(messages).isLessThanOrEqualTo(7);
        assertThat(cluster.get("other").present().connections()).isEqualTo(100);
    }

    @Test
    void inTheEndAllNodesSayTheSame() {
        Random random = new Random(20_261_130);
        for (int i = 0; i < 3; i++) {
            joins("node-" + i);
        }
        for (int step = 0; step < 500; step++) {
            List<Node> all = List.copyOf(cluster.values());
            Node node = all.get(random.nextInt(all.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> node.watch("user-" + random.nextInt(20));
                case 3, 4 -> {
                    if (!node.streams.isEmpty()) {
                        node.leaves();
                    }
                }
                case 5 -> {
                    if (all.size() > 2) {
                        cluster.remove(node.name);
                        changed();
                    }
                }
                case 6 -> joins("node-new-" + step);
                default -> time.advanceTimeBy(Duration.ofMillis(random.nextInt(1_500)));
            }
        }
        seconds(3);
        int watching = cluster.values().stream().mapToInt(node -> node.streams.size()).sum();
        assertThat(watching).isPositive();
        cluster.values().forEach(node -> assertThat(node.present().connections()).isEqualTo(watching));
    }
}
