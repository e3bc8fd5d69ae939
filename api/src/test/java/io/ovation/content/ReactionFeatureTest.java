package io.ovation.content;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.content.ContentQuery.FindReactions;
import io.ovation.content.ContentQuery.ReactionPage;
import io.ovation.content.ContentRejection.TargetWasRedacted;
import io.ovation.content.ReactionCommand.CheckTarget;
import io.ovation.content.ReactionCommand.Like;
import io.ovation.content.ReactionCommand.WithdrawLike;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.Registration;
import org.axonframework.queryhandling.QueryBus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
@TestPropertySource(properties = "ovation.content.reactions=wow")
class ReactionFeatureTest {
    private static final String CONTENT = "01990000-0000-7000-8000-00000000000a";
    private static final String OTHER = "01990000-0000-7000-8000-00000000000b";
    private static final String ON_CONTENT = "/api/contents/" + CONTENT;
    private static final Caller ANN = new Caller("ann", false);

    private final List<Object> asked = new CopyOnWriteArrayList<>();
    private final List<Registration> registrations;
    private final EdgeClient client;
    private volatile @Nullable Rejection refusal;

    ReactionFeatureTest(@Autowired CommandBus commands, @Autowired QueryBus queries, @LocalServerPort int port) {
        this.client = new EdgeClient(port);
        this.registrations = Stream.concat(
                        Stream.of(Like.class, WithdrawLike.class, CheckTarget.class)
                                .map(command -> commands.subscribe(command.getName(), message -> {
                                    asked.add(message.getPayload());
                                    if (refusal != null) {
                                        throw refusal;
                                    }
                                    return null;
                                })),
                        Stream.of(queries.<ReactionPage>subscribe(
                                FindReactions.class.getName(), ReactionPage.class, message -> {
                                    asked.add(message.getPayload());
                                    return new ReactionPage(List.of("bob", "cid"), "cid");
                                })))
                .toList();
    }

    @AfterEach
    void unsubscribe() {
        registrations.forEach(Registration::cancel);
    }

    private EdgeClient.Reply call(String method, String path) {
        return client.call(method, path, null, TestTokens.of("ann"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ON_CONTENT + "|content",
                ON_CONTENT + "/comments/" + OTHER + "|comment",
                "/api/conversations/" + CONTENT + "/messages/" + OTHER + "|message"
            })
    void contentsCommentsAndMessagesAreReactedToAndShowWhoDid(String path, String what) {
        Target target =
                switch (what) {
                    case "content" -> new Target.OfContent(CONTENT);
                    case "comment" -> new Target.OfComment(CONTENT, OTHER);
                    default -> new Target.OfMessage(CONTENT, OTHER);
                };

        call("PUT", path + "/reactions/wow").is(204);
        call("DELETE", path + "/reactions/like").is(204);
        assertThat(call("GET", path + "/reactions/wow?limit=2&after=%20b%C3%A4r").status())
                .as("no id of a person")
                .isEqualTo(400);
        assertThat(call("GET", path + "/reactions/wow?limit=2&after=b%C3%A4r")
                        .is(200)
                        .json()
                        .toString())
                .isEqualTo("{\"users\":[\"bob\",\"cid\"],\"next\":\"cid\"}");

        assertThat(asked).hasSize(4);
        assertThat(asked.getFirst())
                .isInstanceOfSatisfying(
                        Like.class, like -> assertThat(like).isEqualTo(new Like(target, "wow", ANN, like.at())));
        assertThat(asked.get(1))
                .isInstanceOfSatisfying(
                        WithdrawLike.class,
                        withdraw -> assertThat(withdraw)
                                .isEqualTo(new WithdrawLike(target, "like", ANN, withdraw.at())));
        assertThat(asked.get(2))
                .isInstanceOfSatisfying(
                        CheckTarget.class,
                        check -> assertThat(check).isEqualTo(new CheckTarget(target, "wow", ANN, check.at())));
        assertThat(asked.getLast()).isEqualTo(new FindReactions(target, "wow", ANN, "bär", 2));
    }

    @Test
    void whoMayNotReadItDoesNotLearnWhoReacted() {
        refusal = new NotAMember();
        call("GET", "/api/conversations/" + CONTENT + "/messages/" + OTHER + "/reactions/like")
                .isProblem(403, "forbidden");
        assertThat(asked).hasOnlyElementsOfType(CheckTarget.class);
    }

    @Test
    void whatIsRedactedIsAConflict() {
        refusal = new TargetWasRedacted();
        call("PUT", ON_CONTENT + "/comments/" + OTHER + "/reactions/wow").isProblem(409, "conflict");
    }

    @ParameterizedTest
    @CsvSource({"PUT,/reactions/shrug", "DELETE,/reactions/shrug", "GET,/reactions/shrug", "PUT,/reactions/WOW"})
    void aKindThatIsNoneOfTheSettingsIsRefused(String method, String path) {
        assertThat(call(method, ON_CONTENT + path)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("kind");
        assertThat(asked).isEmpty();
    }
}
