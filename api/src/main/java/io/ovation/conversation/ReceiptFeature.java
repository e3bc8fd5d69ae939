package io.ovation.conversation;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.ovation.conversation.ConversationQuery.FindReceipts;
import io.ovation.conversation.ConversationQuery.ReceiptPage;
import io.ovation.conversation.ReceiptCommand.Acknowledge;
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
import io.ovation.operation.PeoplePage;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.FORBIDDEN;

/** How far the members of a conversation have got and read it. */
@Component
final class ReceiptFeature implements Feature {
    private static final String RECEIPTS = ConversationFeature.ONE + "/receipts";

    private final Gateways gateways;
    private final LimitSettings sizes;
    private final Clock clock;

    ReceiptFeature(Gateways gateways, LimitSettings sizes, Clock clock) {
        this.gateways = gateways;
        this.sizes = sizes;
        this.clock = clock;
    }

    /** The fields of an acknowledgement. */
    record Marks(@Nullable Long delivered, @Nullable Long read) {}


    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(
                        HttpMethod.PUT,
                        RECEIPTS + "/me",
                        ConversationFeature.ROUTE + ".receipt",
                        Marks.class,
                        Cost.ONE,
                        this::acknowledge),
                new Operation<>(
                        HttpMethod.GET,
                        RECEIPTS,
                        ConversationFeature.ROUTE + ".receipts",
                        PeoplePage.class,
                        Cost.page(PeoplePage::limit),
                        this::receipts));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of(ConversationFeature.ROUTE + ".receipt", "Says how far one has got and read")
                        .done()
                        .refuses(FORBIDDEN),
                Description.of(ConversationFeature.ROUTE + ".receipts", "How far each member has got and read")
                        .answers(200, ReceiptPage.class)
                        .refuses(FORBIDDEN));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of();
    }

    private Mono<Answer> acknowledge(Call<Marks> call) {
        Checks checks = new Checks();
        Long delivered = checks.seq("delivered", call.body().delivered());
        Long read = checks.seq("read", call.body().read());
        if (delivered == null && read == null) {
            checks.reject("", "names neither delivered nor read");
        }
        checks.done();
        return gateways.send(
                        new Acknowledge(
                                ConversationFeature.conversation(call),
                                delivered == null ? 0 : delivered,
                                read == null ? 0 : read,
                                call.caller(),
                                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                                call.answered()),
                        Object.class)
                .then(Mono.fromSupplier(Answer::done));
    }

    private Mono<Answer> receipts(Call<PeoplePage> call) {
        PeoplePage.Checked page = call.body().checked(sizes.userLength());
        return gateways.ask(
                        new FindReceipts(
                                ConversationFeature.conversation(call), call.caller(), page.after(), page.limit()),
                        ReceiptPage.class)
                .map(Answer::ok);
    }
}
