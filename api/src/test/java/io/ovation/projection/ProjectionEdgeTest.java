package io.ovation.projection;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import io.ovation.projection.ProjectionCommand.OrderDeadLetterDrop;
import io.ovation.projection.ProjectionCommand.OrderDeadLetterRetry;
import io.ovation.projection.ProjectionCommand.OrderRebuild;
import io.ovation.projection.ProjectionQuery.DeadLetterView;
import io.ovation.projection.ProjectionQuery.DeadLettersView;
import io.ovation.projection.ProjectionQuery.Done;
import io.ovation.projection.ProjectionQuery.DropDeadLetter;
import io.ovation.projection.ProjectionQuery.FindDeadLetters;
import io.ovation.projection.ProjectionQuery.FindProjections;
import io.ovation.projection.ProjectionQuery.ProjectionView;
import io.ovation.projection.ProjectionQuery.ProjectionsView;
import io.ovation.projection.ProjectionQuery.RebuildProjection;
import io.ovation.projection.ProjectionQuery.RetryDeadLetter;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.Registration;
import org.axonframework.queryhandling.QueryBus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/** What an admin does about dead letters is ordered, and so recorded, before it is done. */
@EdgeTest
@Timeout(60)
class ProjectionEdgeTest {
    private static final String LETTERS = "/api/admin/dead-letters";
    private static final String ADMIN = TestTokens.of("root", "admin");
    private static final DeadLetterView LETTER =
            new DeadLetterView("e1", "history", "a", 7, "Conversation", "a defect", Instant.EPOCH);

    private final List<Object> asked = new CopyOnWriteArrayList<>();
    private final List<Registration> registrations;
    private final EdgeClient client;

    ProjectionEdgeTest(@Autowired CommandBus commands, @Autowired QueryBus queries, @LocalServerPort int port) {
        client = new EdgeClient(port);
        registrations = List.of(
                commands.subscribe(OrderDeadLetterRetry.class.getName(), order -> asked.add(order.getPayload())),
                commands.subscribe(OrderDeadLetterDrop.class.getName(), order -> asked.add(order.getPayload())),
                commands.subscribe(OrderRebuild.class.getName(), order -> asked.add(order.getPayload())),
                queries.<ProjectionsView>subscribe(
                        FindProjections.class.getName(),
                        ProjectionsView.class,
                        query -> new ProjectionsView(List.of(
                                new ProjectionView("inbox", 1, 7, 7, 0, 0, "live", null)))),
                queries.<DeadLettersView>subscribe(
                        FindDeadLetters.class.getName(),
                        DeadLettersView.class,
                        query -> new DeadLettersView(List.of(LETTER))),
                queries.<Done>subscribe(
                        RebuildProjection.class.getName(), Done.class, query -> done(query.getPayload())),
                queries.<Done>subscribe(RetryDeadLetter.class.getName(), Done.class, query -> done(query.getPayload())),
                queries.<Done>subscribe(DropDeadLetter.class.getName(), Done.class, query -> done(query.getPayload())));
    }

    private Done done(Object act) {
        asked.add(act);
        return new Done();
    }

    @AfterEach
    void away() {
        registrations.forEach(Registration::cancel);
    }

    @Test
    void aRetryIsOrderedAndThenDone() {
        client.call("POST", LETTERS + "/e1/retry", null, ADMIN).is(204);

        assertThat(asked).hasSize(2).last().isEqualTo(new RetryDeadLetter("e1"));
        assertThat(asked.getFirst()).isInstanceOfSatisfying(OrderDeadLetterRetry.class, order -> {
            assertThat(order.deadLetterId()).isEqualTo("e1");
            assertThat(order.by().user()).isEqualTo("root");
        });
    }

    @Test
    void anAdminHasAProjectionBuiltAnew() {
        String rebuild = "/api/admin/projections/inbox/rebuild";
        client.call("POST", rebuild, null, ADMIN).is(202);
        client.call("POST", rebuild, null, TestTokens.of("eve", "analyst")).isProblem(403, "forbidden");

        assertThat(asked).hasSize(2).last().isEqualTo(new RebuildProjection("inbox"));
        assertThat(asked.getFirst()).isInstanceOfSatisfying(OrderRebuild.class, order -> {
            assertThat(order.projection()).isEqualTo("inbox");
            assertThat(order.by().user()).isEqualTo("root");
        });

        client.call("POST", "/api/admin/projections/none/rebuild", null, ADMIN);
        assertThat(asked).as("of what is not there nothing is recorded").hasSize(3);
        assertThat(asked.getLast()).isEqualTo(new RebuildProjection("none"));
    }

    @Test
    void aDropIsOrderedAndThenDone() {
        client.call("DELETE", LETTERS + "/e1", null, ADMIN).is(204);

        assertThat(asked).hasSize(2).last().isEqualTo(new DropDeadLetter("e1"));
        assertThat(asked.getFirst()).isInstanceOf(OrderDeadLetterDrop.class);
    }

    @Test
    void nothingIsOrderedAboutWhatIsNotThereNorByAnybodyElse() {
        client.call("POST", LETTERS + "/e2/retry", null, ADMIN).isProblem(404, "not_found");
        client.call("DELETE", LETTERS + "/e2", null, ADMIN).isProblem(404, "not_found");
        client.call("DELETE", LETTERS + "/e1", null, TestTokens.of("eve", "analyst"))
                .isProblem(403, "forbidden");
        assertThat(asked).isEmpty();
    }
}
