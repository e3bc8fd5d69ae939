package io.ovation.acceptance;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Opening and listing conversations, their members and roles. */
@ExtendWith(SharedServer.class)
class ConversationsIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anOpenedConversationIsInTheListOfEachMemberAtOnceAndOfNobodyElse(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String id = UUID.randomUUID().toString();
        ObjectNode conversation =
                Json.object("conversationId", id, "kind", "group", "title", "Tea", "members", List.of(bob.user()));

        assertThat(ada.open(conversation).accepted().body()).isEqualTo(Json.object("conversationId", id));

        for (Api member : List.of(ada, bob)) {
            JsonNode listed = only(member.list(Json.object()));
            assertThat(listed.path("conversationId").asString()).isEqualTo(id);
            assertThat(listed.path("kind").asString()).isEqualTo("group");
            assertThat(listed.path("title").asString()).isEqualTo("Tea");
            assertThat(texts(listed.path("members"))).containsExactlyInAnyOrder(ada.user(), bob.user());
            assertThat(listed.path("lastSeq").asLong()).isZero();
            assertThat(listed.path("unread").asLong()).isZero();
            assertThat(listed.path("lastMessage").isMissingNode()
                            || listed.path("lastMessage").isNull())
                    .isTrue();
        }
        assertThat(eve.list(Json.object()).accepted().body().path("conversations"))
                .isEmpty();
    }

    @Test
    void openingOverHttpIs201AndTheSameRequestAgainIsTheSameAnswer(People people) {
        HttpApi ada = people.http("ada");
        ObjectNode conversation = Json.object(
                "conversationId",
                UUID.randomUUID().toString(),
                "kind",
                "group",
                "title",
                "Tea",
                "members",
                List.of(people.name("bob")));

        Reply first = ada.open(conversation).accepted(201);

        assertThat(ada.open(conversation).accepted(201).text()).isEqualTo(first.text());
        assertThat(ada.list(Json.object()).body().path("conversations")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anIdThatAnotherRequestUsedIsAConflict(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        ObjectNode tea = Json.object(
                "conversationId",
                UUID.randomUUID().toString(),
                "kind",
                "group",
                "title",
                "Tea",
                "members",
                List.of(bob.user()));
        ada.open(tea).accepted();

        ada.open(tea.deepCopy().put("title", "Coffee")).rejected("conflict");
        ada.open(tea.deepCopy().put("kind", "channel")).rejected("conflict");
        ObjectNode withoutBob = tea.deepCopy();
        withoutBob.remove("members");
        ada.open(withoutBob).rejected("conflict");
        bob.open(tea).rejected("conflict");

        assertThat(only(bob.list(Json.object())).path("title").asString()).isEqualTo("Tea");
    }

    @Test
    void aPairHasOneDirectConversationWhoeverOpensIt(People people) {
        HttpApi ada = people.http("ada");
        HttpApi bob = people.http("bob");
        ObjectNode withBob = Json.object("kind", "direct", "members", List.of(bob.user()));
        ObjectNode withAda = Json.object("kind", "direct", "members", List.of(ada.user()));

        String id = ada.open(withBob).accepted(201).text("conversationId");

        assertThat(bob.open(withAda).accepted(200).text("conversationId")).isEqualTo(id);
        assertThat(ada.open(withBob).accepted(200).text("conversationId")).isEqualTo(id);
        assertThat(people.rsocket("bob").open(withAda).accepted().text("conversationId"))
                .isEqualTo(id);
        assertThat(only(bob.list(Json.object())).path("conversationId").asString())
                .isEqualTo(id);
        ada.says(id, "Hello");
        assertThat(bob.lastSeq(id)).isEqualTo(1);
    }

    @Test
    void theRequestThatOpenedADirectConversationByItsIdStays201(People people) {
        HttpApi ada = people.http("ada");
        ObjectNode direct = Json.object(
                "conversationId",
                UUID.randomUUID().toString(),
                "kind",
                "direct",
                "members",
                List.of(people.name("bob")));
        Reply first = ada.open(direct).accepted(201);

        people.http("bob")
                .open(Json.object("kind", "direct", "members", List.of(ada.user())))
                .accepted(200);

        assertThat(ada.open(direct).accepted(201).text()).isEqualTo(first.text());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theTwoMembersOfADirectConversationNeverChange(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("direct", bob);

        ada.addMember(id, people.name("eve"), "member").rejected("conflict");
        ada.removeMember(id, bob.user()).rejected("conflict");
        bob.removeMember(id, bob.user()).rejected("conflict");

        assertThat(texts(only(ada.list(Json.object())).path("members")))
                .containsExactlyInAnyOrder(ada.user(), bob.user());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aDirectConversationNamesExactlyOneOther(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");

        ada.open(Json.object("kind", "direct")).rejected("validation_failed");
        ada.open(Json.object("kind", "direct", "members", List.of())).rejected("validation_failed");
        ada.open(Json.object("kind", "direct", "members", List.of("x", "y"))).rejected("validation_failed");
        ada.open(Json.object("kind", "direct", "members", List.of(ada.user()))).rejected("validation_failed");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoWasAddedReadsAtOnceAndWhoWasRemovedNoMore(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("group");
        ada.says(id, "Before");

        for (int round = 0; round < 20; round++) {
            bob.history(id, Json.object()).rejected("forbidden");
            ada.addMember(id, bob.user(), "member").accepted();
            assertThat(bob.messages(id)).hasSize(1);
            ada.removeMember(id, bob.user()).accepted();
        }
        bob.send(id, UUID.randomUUID().toString(), "Let me in").rejected("forbidden");
        assertThat(bob.list(Json.object()).accepted().body().path("conversations"))
                .isEmpty();
        assertThat(texts(only(ada.list(Json.object())).path("members"))).containsExactly(ada.user());
    }

    @Test
    void addingAndRemovingOverHttpAnswers204(People people) {
        HttpApi ada = people.http("ada");
        String id = ada.opens("group");

        assertThat(ada.addMember(id, people.name("bob"), "member").accepted(204).text())
                .isEmpty();
        assertThat(ada.removeMember(id, people.name("bob")).accepted(204).text())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ownersAndModeratorsManageMembersAndOthersOnlyLeave(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api mod = people.connect(transport, "mod");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String id = ada.opens("group");
        ada.addMember(id, mod.user(), "moderator").accepted();

        mod.addMember(id, bob.user(), "member").accepted();
        bob.addMember(id, eve.user(), "member").rejected("forbidden");
        eve.addMember(id, eve.user(), "member").rejected("forbidden");
        bob.removeMember(id, mod.user()).rejected("forbidden");
        mod.addMember(id, eve.user(), "member").accepted();
        mod.removeMember(id, eve.user()).accepted();
        bob.removeMember(id, bob.user()).accepted();

        assertThat(texts(only(ada.list(Json.object())).path("members")))
                .containsExactlyInAnyOrder(ada.user(), mod.user());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theLastOwnerStaysWhileOthersDo(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("group", bob);

        ada.removeMember(id, ada.user()).rejected("conflict");
        ada.addMember(id, bob.user(), "owner").accepted();
        ada.removeMember(id, ada.user()).accepted();
        bob.removeMember(id, bob.user()).accepted();

        bob.history(id, Json.object()).rejected("forbidden");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAdminDoesWhatAnOwnerMay(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api root = people.connect(transport, "root", "admin");
        String id = ada.opens("group");
        String messageId = ada.says(id, "Something rude");

        root.addMember(id, people.name("bob"), "member").accepted();
        root.removeMember(id, people.name("bob")).accepted();
        root.redact(id, messageId).accepted();

        assertThat(ada.messages(id).getFirst().path("redacted").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anyoneReadsAChannelAndMembersPostInIt(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String id = ada.opens("channel", bob);

        bob.says(id, "News");
        eve.send(id, UUID.randomUUID().toString(), "Me too").rejected("forbidden");

        assertThat(eve.messages(id)).hasSize(1);
        assertThat(eve.list(Json.object()).accepted().body().path("conversations"))
                .isEmpty();
        try (Live stream = eve.watch(id, null)) {
            stream.frames().opened();
            bob.says(id, "More news");
            assertThat(stream.frames().next("message").path("seq").asLong()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void inABroadcastChannelOnlyOwnersAndModeratorsPost(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api mod = people.connect(transport, "mod");
        Api bob = people.connect(transport, "bob");
        String id = ada.open(Json.object("kind", "channel", "posting", "moderators", "members", List.of(bob.user())))
                .accepted()
                .text("conversationId");
        ada.addMember(id, mod.user(), "moderator").accepted();

        ada.says(id, "One");
        mod.says(id, "Two");
        bob.send(id, UUID.randomUUID().toString(), "Three").rejected("forbidden");
        people.connect(transport, "root", "admin").says(id, "Three, from an admin");

        assertThat(bob.lastSeq(id)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theListIsLastActiveFirstAndGoesOnFromAConversation(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        List<String> ids =
                IntStream.range(0, 5).mapToObj(_ -> ada.opens("group", bob)).toList();
        for (String id : ids) {
            bob.says(id, "Hello");
        }
        ada.says(ids.get(1), "The latest");

        List<String> expected = List.of(ids.get(1), ids.get(4), ids.get(3), ids.get(2), ids.get(0));
        assertThat(listed(ada, Json.object())).isEqualTo(expected);
        assertThat(listed(ada, Json.object("limit", 2))).isEqualTo(expected.subList(0, 2));
        assertThat(listed(ada, Json.object("limit", 2, "before", expected.get(1))))
                .isEqualTo(expected.subList(2, 4));
        assertThat(listed(ada, Json.object("before", expected.get(4)))).isEmpty();

        JsonNode first =
                ada.list(Json.object("limit", 1)).body().path("conversations").path(0);
        assertThat(first.path("lastMessage").path("body").asString()).isEqualTo("The latest");
        assertThat(first.path("lastSeq").asLong()).isEqualTo(2);
        assertThat(first.path("unread").asLong())
                .as("others' messages that were not read")
                .isEqualTo(1);
        assertThat(bob.list(Json.object("limit", 1))
                        .body()
                        .path("conversations")
                        .path(0)
                        .path("unread")
                        .asLong())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"HTTP,group", "HTTP,channel", "RSOCKET,group", "RSOCKET,channel"})
    void titlesCountCharactersNotBytes(Transport transport, String kind, People people) {
        Api ada = people.connect(transport, "ada");

        ada.open(Json.object("kind", kind, "title", "é".repeat(200))).accepted();
        ada.open(Json.object("kind", kind, "title", "x".repeat(201))).rejected("validation_failed");
    }

    @Test
    void namesOfPeopleMayHoldWhatAnAddressCannot(People people) {
        HttpApi odd = people.http("Zoë/../ü ?&#%2F");
        HttpApi ada = people.http("ada");
        RSocketApi alsoAda = people.rsocket("ada");
        String id = ada.opens("group");

        for (Api each : List.of(ada, alsoAda)) {
            each.addMember(id, odd.user(), "member").accepted();
            assertThat(odd.lastSeq(id)).isZero();
            each.removeMember(id, odd.user()).accepted();
            odd.history(id, Json.object()).rejected("forbidden");
        }
    }

    @Test
    void aGroupHasAtMost5000Members(People people) {
        HttpApi ada = people.http("ada");
        List<String> tooMany = IntStream.range(0, 5_001).mapToObj(i -> "u" + i).toList();

        ada.open(Json.object("kind", "group", "members", tooMany)).rejected("validation_failed");
        String id = ada.open(Json.object("kind", "group", "members", tooMany.subList(0, 4_999)))
                .accepted()
                .text("conversationId");

        assertThat(ada.addMember(id, "one too many", "member").ok()).isFalse();
    }

    static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }

    static JsonNode only(Reply list) {
        assertThat(list.accepted().body().path("conversations")).hasSize(1);
        return list.body().path("conversations").path(0);
    }

    private static List<String> listed(Api api, ObjectNode fields) {
        return texts(api.list(fields).accepted().body().path("conversations"), "conversationId");
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(each -> each.path(field).asString())
                .toList();
    }
}
