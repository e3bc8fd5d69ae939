package io.ovation.conversation;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.ovation.cluster.Nodes;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import io.ovation.limits.Cost;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Operation.Nothing;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.FORBIDDEN;

/**
 * That somebody writes: told to who watches now, and never stored. At most once a second for a user and conversation;
 * what is more is not told, which nobody minds, for the last one holds for longer. That of who is muted is dropped.
 */
@Component
final class TypingFeature implements Feature {
    private static final Duration LIFE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int REMEMBERED = 100_000;

    private static final String KIND = "typing";

    private final Gateways gateways;
    private final Watches watches;
    private final Clock clock;
    private final Nodes nodes;

    /** Who has been told of just now. */
    private final Cache<Writer, Boolean> told;

    private record Writer(String conversationId, String user) {
        /** For the other nodes: an id of a conversation has no line break. */
        byte[] written() {
            return (conversationId + "\n" + user).getBytes(StandardCharsets.UTF_8);
        }

        static Writer read(byte[] message) {
            String[] parts = new String(message, StandardCharsets.UTF_8).split("\n", 2);
            return new Writer(parts[0], parts[1]);
        }
    }

    @Autowired
    TypingFeature(Gateways gateways, Watches watches, Clock clock, Nodes nodes) {
        this(gateways, watches, clock, nodes, Ticker.systemTicker());
    }

    TypingFeature(Gateways gateways, Watches watches, Clock clock, Nodes nodes, Ticker ticker) {
        this.gateways = gateways;
        this.watches = watches;
        this.clock = clock;
        this.nodes = nodes;
        nodes.onTold(KIND, (from, message) -> tell(Writer.read(message)));
        this.told = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(PAUSE)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public List<Operation<?>> operations() {
        return List.of(new Operation<>(
                HttpMethod.POST,
                ConversationFeature.ONE + "/typing",
                ConversationFeature.ROUTE + ".typing",
                Nothing.class,
                Cost.ONE,
                this::typing));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(Description.of(ConversationFeature.ROUTE + ".typing", "Tells who watches that one writes")
                .answers(202, Nothing.class)
                .refuses(FORBIDDEN));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of();
    }

    private Mono<Answer> typing(Call<Nothing> call) {
        Writer writer =
                new Writer(ConversationFeature.conversation(call), call.caller().user());
        if (told.asMap().putIfAbsent(writer, true) != null) {
            return Mono.fromSupplier(Answer::accepted);
        }
        return gateways.send(
                        new CheckStanding(
                                writer.conversationId(),
                                call.caller(),
                                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                                true),
                        Standing.class)
                .map(standing -> {
                    if (!standing.muted()) {
                        mayPost(standing);
                        tell(writer);
                        nodes.tell(KIND, writer.written());
                    }
                    return Answer.accepted();
                })
                // nobody was told: the next one is asked about anew
                .doOnError(refusal -> told.invalidate(writer));
    }

    private void tell(Writer writer) {
        watches.tell(
                Topic.conversation(writer.conversationId()),
                new Frame.Typing(writer.conversationId(), writer.user()),
                LIFE);
    }

    private static void mayPost(Standing standing) {
        if (!standing.mayPost()) {
            throw standing.member()
                    ? new RoleTooLow("Only owners and moderators post in this channel")
                    : new NotAMember();
        }
    }
}
