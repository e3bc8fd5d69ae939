package io.ovation.conversation;

import java.util.List;

import io.ovation.conversation.ConversationQuery.FindRoster;
import io.ovation.conversation.ConversationQuery.Roster;
import io.ovation.limits.Cost;
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
import io.ovation.presence.PresenceQuery.CountOnline;
import io.ovation.presence.PresenceQuery.Online;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.FORBIDDEN;

/** Who is here: members who are online, and who watches a conversation. Thread-safe: it holds nothing that changes. */
@Component
final class ConversationPresenceFeature implements Feature {
    /** How many of those who watch are named. */
    private static final int MOST_USERS = 200;

    /** Every member is looked at. */
    private static final Cost<Object> EVERY_MEMBER = Cost.of(5);

    private final Gateways gateways;
    private final Watches watches;

    ConversationPresenceFeature(Gateways gateways, Watches watches) {
        this.gateways = gateways;
        this.watches = watches;
    }

    /**
     * The answer.
     *
     * @param online how many members are online
     * @param watching how many connections watch now
     * @param users the ids of those, up to 200
     */
    record Here(long online, int watching, List<String> users) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(new Operation<>(
                HttpMethod.GET,
                ConversationFeature.ONE + "/presence",
                ConversationFeature.ROUTE + ".presence",
                Nothing.class,
                EVERY_MEMBER,
                this::presence));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(Description.of(ConversationFeature.ROUTE + ".presence", "Who is online, and who watches now")
                .answers(200, Here.class)
                .refuses(FORBIDDEN));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of();
    }

    private Mono<Answer> presence(Call<Nothing> call) {
        String id = ConversationFeature.conversation(call);
        return gateways.ask(new FindRoster(id, call.caller()), Roster.class)
                .flatMap(roster -> gateways.ask(new CountOnline(roster.users()), Online.class))
                .map(online -> {
                    Watches.Present present = watches.present(Topic.conversation(id), MOST_USERS);
                    return Answer.ok(new Here(online.count(), present.connections(), present.users()));
                });
    }
}
