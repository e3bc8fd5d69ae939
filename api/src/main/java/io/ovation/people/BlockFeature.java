package io.ovation.people;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.ovation.limits.Cost;
import io.ovation.limits.LimitSettings;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Checks;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Operation.Nothing;
import io.ovation.operation.PeoplePage;
import io.ovation.people.BlockCommand.BlockUser;
import io.ovation.people.BlockCommand.UnblockUser;
import io.ovation.people.BlockQuery.BlockPage;
import io.ovation.people.BlockQuery.FindBlocks;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.CONFLICT;

/** Whom the caller blocks: nobody can name another as who blocks. It holds nothing, and any thread may use it. */
@Component
final class BlockFeature implements Feature {
    private static final String BLOCKS = "/api/blocks";
    private static final String ONE = BLOCKS + "/{user}";

    private final Gateways gateways;
    private final LimitSettings sizes;
    private final Clock clock;

    BlockFeature(Gateways gateways, LimitSettings sizes, Clock clock) {
        this.gateways = gateways;
        this.sizes = sizes;
        this.clock = clock;
    }


    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(HttpMethod.GET, BLOCKS, "blocks.list", PeoplePage.class,
                        Cost.page(PeoplePage::limit), this::list),
                new Operation<>(HttpMethod.PUT, ONE, "blocks.add", Nothing.class, Cost.COMMAND, this::add),
                new Operation<>(HttpMethod.DELETE, ONE, "blocks.remove", Nothing.class, Cost.COMMAND, this::remove));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of("blocks.list", "Whom one blocks, in the order of their ids")
                        .answers(200, BlockPage.class),
                Description.of("blocks.add", "Blocks a user, who is not told of it")
                        .done()
                        .refuses(CONFLICT),
                Description.of("blocks.remove", "Blocks a user no longer").done());
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of();
    }

    private Mono<Answer> list(Call<PeoplePage> call) {
        PeoplePage.Checked page = call.body().checked(sizes.userLength());
        return gateways.ask(new FindBlocks(call.caller(), page.after(), page.limit()), BlockPage.class)
                .map(Answer::ok);
    }

    private Mono<Answer> add(Call<Nothing> call) {
        return done(new BlockUser(call.caller().user(), user(call), now()));
    }

    private Mono<Answer> remove(Call<Nothing> call) {
        return done(new UnblockUser(call.caller().user(), user(call), now()));
    }

    private String user(Call<?> call) {
        Checks checks = new Checks();
        checks.user("user", call.name("user"), sizes.userLength());
        checks.done();
        return call.name("user");
    }

    private Mono<Answer> done(BlockCommand command) {
        return gateways.send(command, Object.class).then(Mono.fromSupplier(Answer::done));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
