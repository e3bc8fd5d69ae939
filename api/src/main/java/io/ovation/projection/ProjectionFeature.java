package io.ovation.projection;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.ovation.Caller;
import io.ovation.limits.Cost;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Operation.Nothing;
import io.ovation.projection.ProjectionCommand.OrderDeadLetterDrop;
import io.ovation.projection.ProjectionCommand.OrderDeadLetterRetry;
import io.ovation.projection.ProjectionCommand.OrderRebuild;
import io.ovation.projection.ProjectionQuery.DeadLettersView;
import io.ovation.projection.ProjectionQuery.Done;
import io.ovation.projection.ProjectionQuery.DropDeadLetter;
import io.ovation.projection.ProjectionQuery.FindDeadLetters;
import io.ovation.projection.ProjectionQuery.FindProjections;
import io.ovation.projection.ProjectionQuery.ProjectionsView;
import io.ovation.projection.ProjectionQuery.RebuildProjection;
import io.ovation.projection.ProjectionQuery.RetryDeadLetter;
import io.ovation.projection.ProjectionRejection.AdminsOnly;
import io.ovation.projection.ProjectionRejection.DeadLetterNotFound;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.CONFLICT;
import static io.ovation.ErrorCode.FORBIDDEN;

/** What an admin may ask of the projections, and do about events that they could not take. Thread-safe. */
@Component
final class ProjectionFeature implements Feature {
    private static final String LETTERS = "/api/admin/dead-letters";
    private static final String ROUTE = "admin.dead-letters";

    /** A projection stands still meanwhile. */
    private static final Cost<Object> TRY = Cost.of(20);

    private final Gateways gateways;
    private final Clock clock;

    ProjectionFeature(Gateways gateways, Clock clock) {
        this.gateways = gateways;
        this.clock = clock;
    }

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(
                        HttpMethod.GET,
                        "/api/admin/projections",
                        "admin.projections",
                        Nothing.class,
                        Cost.ONE,
                        this::projections),
                new Operation<>(
                        HttpMethod.POST,
                        "/api/admin/projections/{name}/rebuild",
                        "admin.projections.{name}.rebuild",
                        Nothing.class,
                        TRY,
                        this::rebuild),
                new Operation<>(HttpMethod.GET, LETTERS, ROUTE, Nothing.class, Cost.ONE, this::letters),
                new Operation<>(
                        HttpMethod.POST,
                        LETTERS + "/{deadLetterId}/retry",
                        ROUTE + ".{deadLetterId}.retry",
                        Nothing.class,
                        TRY,
                        this::retry),
                new Operation<>(
                        HttpMethod.DELETE,
                        LETTERS + "/{deadLetterId}",
                        ROUTE + ".{deadLetterId}.drop",
                        Nothing.class,
                        TRY,
                        this::drop));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of("admin.projections", "How far the read models are behind the log")
                        .answers(200, ProjectionsView.class)
                        .refuses(FORBIDDEN),
                Description.of(
                                "admin.projections.{name}.rebuild",
                                "Builds a projection's documents anew out of the log; the others are read meanwhile")
                        .answers(202, Nothing.class)
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE, "The events that the read models could not take, each with its reason")
                        .answers(200, DeadLettersView.class)
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".{deadLetterId}.retry", "Takes such an event, and all that waits behind it")
                        .done()
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(
                                ROUTE + ".{deadLetterId}.drop",
                                "Leaves such an event out of the read models for good, and takes what waits behind it")
                        .done()
                        .refuses(CONFLICT, FORBIDDEN));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of();
    }

    private Mono<Answer> projections(Call<Nothing> call) {
        return asAdmin(call.caller(), gateways.ask(new FindProjections(), ProjectionsView.class))
                .map(Answer::ok);
    }

    private Mono<Answer> rebuild(Call<Nothing> call) {
        String name = call.name("name");
        return asAdmin(
                call.caller(),
                gateways.ask(new FindProjections(), ProjectionsView.class)
                        .filter(found -> found.projections().stream()
                                .anyMatch(projection -> projection.name().equals(name)))
                        // of one that is not there nothing is recorded
                        .flatMap(found -> gateways.send(new OrderRebuild(name, now(), call.caller()), Object.class))
                        .then(Mono.defer(() -> gateways.ask(new RebuildProjection(name), Done.class)))
                        .thenReturn(Answer.accepted()));
    }

    private Mono<Answer> letters(Call<Nothing> call) {
        return asAdmin(call.caller(), gateways.ask(new FindDeadLetters(), DeadLettersView.class))
                .map(Answer::ok);
    }

    private Mono<Answer> retry(Call<Nothing> call) {
        return order(call, new OrderDeadLetterRetry(id(call), now(), call.caller()), new RetryDeadLetter(id(call)));
    }

    private Mono<Answer> drop(Call<Nothing> call) {
        return order(call, new OrderDeadLetterDrop(id(call), now(), call.caller()), new DropDeadLetter(id(call)));
    }

    /** Recorded first, so that nothing is done that is not in the log; only of a letter that there is. */
    private Mono<Answer> order(Call<Nothing> call, ProjectionCommand.OfDeadLetter order, ProjectionQuery act) {
        return asAdmin(
                call.caller(),
                gateways.ask(new FindDeadLetters(), DeadLettersView.class)
                        .filter(found -> found.deadLetters().stream()
                                .anyMatch(letter -> letter.deadLetterId().equals(order.deadLetterId())))
                        .switchIfEmpty(Mono.error(DeadLetterNotFound::new))
                        .flatMap(found -> gateways.send(order, Object.class)
                                .then(gateways.ask(act, Done.class))
                                .thenReturn(Answer.done())));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String id(Call<Nothing> call) {
        return call.name("deadLetterId");
    }

    private static <T> Mono<T> asAdmin(Caller caller, Mono<T> asked) {
        return caller.admin() ? asked : Mono.error(new AdminsOnly());
    }
}
