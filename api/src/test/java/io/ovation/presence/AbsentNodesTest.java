package io.ovation.presence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.ovation.Unavailable;
import io.ovation.admission.FairAdmission;
import io.ovation.cluster.Nodes;
import io.ovation.operation.Gateways;
import io.ovation.presence.PresenceQuery.FindNodesWithSessions;
import io.ovation.presence.PresenceQuery.NodesWithSessions;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class AbsentNodesTest {
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<String> absent = new ArrayList<>();
    private final List<String> withSessions = new ArrayList<>(List.of("here", "other", "gone"));
    private @Nullable Set<String> here = Set.of("here", "other");
    private boolean looks = true;
    private boolean readable = true;

    private final Nodes nodes = new Nodes() {
        @Override
        public boolean several() {
            return true;
        }

        @Override
        public boolean decidesAlone(String aggregate) {
            return looks;
        }

        @Override
        public @Nullable Set<String> allHere() {
            return here;
        }
    };

    private final AbsentNodes look = new AbsentNodes(gateways(), nodes, absent::add, time);

    private Gateways gateways() {
        SimpleQueryBus queries = SimpleQueryBus.builder().build();
        queries.<NodesWithSessions>subscribe(
                FindNodesWithSessions.class.getName(), NodesWithSessions.class, message -> {
                    if (!readable) {
                        throw new Unavailable("The history is behind", 1);
                    }
                    return new NodesWithSessions(List.copyOf(withSessions));
                });
        return new Gateways(
                DefaultCommandGateway.builder()
                        .commandBus(SimpleCommandBus.builder().build())
                        .build(),
                DefaultQueryGateway.builder().queryBus(queries).build(),
                new FairAdmission(1, 1));
    }

    private List<String> found() {
        absent.clear();
        time.advanceTimeBy(Duration.ofSeconds(10));
        return List.copyOf(absent);
    }

    @Test
    void whoHasSessionsAndIsNotThereIsFoundUntilTheyAreClosed() {
        look.start();
        assertThat(found()).containsExactly("gone");
        assertThat(found()).containsExactly("gone");
        withSessions.remove("gone");
        assertThat(found()).isEmpty();
    }

    @Test
    void oneNodeLooksAndOnlyWhileItIsCertainWhoIsThere() {
        look.start();
        here = null;
        assertThat(found()).isEmpty();
        here = Set.of("here");
        looks = false;
        assertThat(found()).isEmpty();
        looks = true;
        assertThat(found()).containsExactly("other", "gone");
    }

    @Test
    void whatCannotBeReadIsReadTheNextTimeAndNothingAfterTheEnd() {
        look.start();
        readable = false;
        assertThat(found()).isEmpty();
        readable = true;
        assertThat(found()).containsExactly("gone");
        look.stop();
        assertThat(found()).isEmpty();
    }

    @Test
    void aNodeThatIsAloneFindsNobody() {
        AbsentNodes alone = new AbsentNodes(gateways(), Nodes.ALONE, absent::add, time);
        alone.start();
        assertThat(found()).isEmpty();
    }
}
