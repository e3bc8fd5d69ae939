package io.ovation.acceptance;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Who is blocked reaches who blocks them in nothing but what both share with others, and is told of no block. */
@ExtendWith(SharedServer.class)
class BlocksIT {
    @ParameterizedTest
    @EnumSource
    void whoIsBlockedIsRefusedAndTheBlockerMayWrite(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api mal = people.connect(transport, "mal");
        String direct = mal.opens("direct", ada);
        mal.says(direct, "before");
        String group = ada.opens("group", mal);

        ada.block(mal.user()).accepted();
        ada.block(mal.user()).accepted();
        assertThat(ada.blocked()).containsExactly(mal.user());
        assertThat(mal.blocked()).isEmpty();

        assertThat(mal.send(direct, Json.object("body", "after"))
                        .rejected("forbidden")
                        .body()
                        .path("detail")
                        .asString())
                .doesNotContainIgnoringCase("block");
        mal.open(Json.object("kind", "group", "members", List.of(ada.user()))).rejected("forbidden");
        String other = mal.opens("group", people.connect(transport, "bob"));
        mal.addMember(other, ada.user(), "member").rejected("forbidden");
        assertThat(mal.open(Json.object("kind", "direct", "members", List.of(ada.user())))
                        .accepted()
                        .body()
                        .path("conversationId")
                        .asString())
                .isEqualTo(direct);
        ada.says(direct, "I may");
        mal.says(group, "groups stay as they are");
        assertThat(ada.messages(direct))
                .extracting(message -> message.path("body").asString())
                .containsExactly("before", "I may");

        ada.unblock(mal.user()).accepted();
        ada.unblock(mal.user()).accepted();
        assertThat(ada.blocked()).isEmpty();
        mal.says(direct, "again");
    }

    @ParameterizedTest
    @EnumSource
    void nothingThatWhoIsBlockedDoesNotifies(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api mal = people.connect(transport, "mal");
        String group = ada.opens("group", mal);
        String first = ada.says(group, "first");
        String content = ada.call(Endpoint.PUBLISH, Map.of(), Json.object("title", "Tea", "body", "at five"))
                .accepted()
                .text("contentId");
        ada.block(mal.user()).accepted();

        mal.send(group, Json.object("body", "@ada", "mentions", List.of(ada.user()))).accepted();
        mal.send(group, Json.object("body", "yes", "replyTo", first)).accepted();
        mal.call(Endpoint.LIKE_MESSAGE, Map.of("id", group, "messageId", first), Json.object()).accepted();
        mal.call(
                        Endpoint.COMMENT,
                        Map.of("id", content),
                        Json.object("body", "@ada", "mentions", List.of(ada.user())))
                .accepted();
        mal.call(Endpoint.LIKE, Map.of("id", content), Json.object()).accepted();
        assertThat(ada.notifications()).isEmpty();
        assertThat(ada.inbox(Json.object()).body().path("unread").asLong()).isZero();

        ada.unblock(mal.user()).accepted();
        assertThat(ada.notifications()).isEmpty();
        mal.send(group, Json.object("body", "now")).accepted();
        mal.send(group, Json.object("body", "@ada", "mentions", List.of(ada.user()))).accepted();
        assertThat(ada.notifications())
                .extracting(one -> one.path("kind").asString())
                .containsExactly("mention");
    }
}
