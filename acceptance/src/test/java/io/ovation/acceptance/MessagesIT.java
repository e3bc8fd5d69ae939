package io.ovation.acceptance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Sending, editing and redacting messages, and reading them back. */
@ExtendWith(SharedServer.class)
class MessagesIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aMessageIsInTheHistoryAtOnceAsItWasSent(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("group", bob);
        String first = ada.says(id, "First");
        String messageId = UUID.randomUUID().toString();
        String text = "Zoë said: “Ça va?” 🚀 — <b>\\n\"quoted\"</b>\n\ttabbed";

        JsonNode sent = bob.send(
                        id,
                        Json.object(
                                "messageId",
                                messageId,
                                "body",
                                text,
                                "replyTo",
                                first,
                                "mentions",
                                List.of(ada.user())))
                .accepted()
                .body();

        assertThat(sent.path("messageId").asString()).isEqualTo(messageId);
        assertThat(sent.path("seq").asLong()).isEqualTo(2);
        String sentAt = sent.path("sentAt").asString();
        assertThat(sentAt).endsWith("Z");
        assertThat(Instant.parse(sentAt))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        Reply history = ada.history(id, Json.object()).accepted();
        assertThat(history.number("lastSeq")).isEqualTo(2);
        JsonNode message = history.body().path("messages").path(1);
        assertThat(message.path("messageId").asString()).isEqualTo(messageId);
        assertThat(message.path("seq").asLong()).isEqualTo(2);
        assertThat(message.path("sender").asString()).isEqualTo(bob.user());
        assertThat(message.path("body").asString()).isEqualTo(text);
        assertThat(message.path("sentAt").asString()).isEqualTo(sentAt);
        assertThat(message.path("replyTo").asString()).isEqualTo(first);
        assertThat(ConversationsIT.texts(message.path("mentions"))).containsExactly(ada.user());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void usersReadWhatTheyWrote(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group");

        // fewer than the burst that a user has
        for (int seq = 1; seq <= 50; seq++) {
            String messageId = ada.says(id, "Number " + seq);
            JsonNode last = ada.messages(id).getLast();
            assertThat(last.path("messageId").asString()).isEqualTo(messageId);
            assertThat(ConversationsIT.only(ada.list(Json.object()))
                            .path("lastSeq")
                            .asLong())
                    .isEqualTo(seq);
        }
    }

    @Test
    void aMessageWithoutAnIdGetsOne(People people) {
        HttpApi ada = people.http("ada");
        String id = ada.opens("group");

        String messageId =
                ada.send(id, Json.object("body", "Hello")).accepted(201).text("messageId");

        assertThat(UUID.fromString(messageId).version()).isEqualTo(7);
        assertThat(ada.messages(id).getFirst().path("messageId").asString()).isEqualTo(messageId);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theSameMessageAgainIsTheSameAnswerAlsoAfterEditAndRedaction(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group", people.http("bob"));
        ObjectNode message = Json.object(
                "messageId", UUID.randomUUID().toString(), "body", "Hello", "mentions", List.of(people.name("bob")));
        Reply first = ada.send(id, message).accepted();
        String messageId = first.text("messageId");

        assertThat(ada.send(id, message)).isEqualTo(first);
        ada.says(id, "Another");
        assertThat(ada.send(id, message)).isEqualTo(first);
        ada.edit(id, messageId, "Hello, all").accepted();
        assertThat(ada.send(id, message)).isEqualTo(first);
        ada.redact(id, messageId).accepted();
        assertThat(ada.send(id, message)).isEqualTo(first);

        assertThat(ada.lastSeq(id)).isEqualTo(2);
    }

    @Test
    void theSameMessageAgainIsTheSameAnswerOverTheOtherTransport(People people) {
        HttpApi ada = people.http("ada");
        String id = ada.opens("group");
        String messageId = UUID.randomUUID().toString();
        Reply first = ada.send(id, messageId, "Hello").accepted(201);

        assertThat(people.rsocket("ada").send(id, messageId, "Hello").accepted().text())
                .isEqualTo(first.text());
        assertThat(ada.send(id, messageId, "Hello").accepted(201)).isEqualTo(first);
    }

    @Test
    void anIdIsKnownForEverHoweverManyMessagesFollow(People people) {
        // as many people as it takes not to be limited
        List<Api> crowd = IntStream.range(0, 25)
                .<Api>mapToObj(i -> people.rsocket("u" + i))
                .toList();
        Api ada = people.http("ada");
        String id = ada.opens("group", crowd.toArray(Api[]::new));
        ObjectNode message = Json.object("messageId", UUID.randomUUID().toString(), "body", "The first of all");
        Reply first = ada.send(id, message).accepted();
        crowd.parallelStream().forEach(each -> IntStream.range(0, 50).forEach(i -> each.says(id, "Number " + i)));

        assertThat(ada.send(id, message)).isEqualTo(first);
        ada.send(id, message.deepCopy().put("body", "Another text")).rejected("conflict");
        crowd.getFirst().send(id, message).rejected("conflict");

        assertThat(ada.lastSeq(id)).isEqualTo(1_251);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anIdThatAnotherMessageUsedIsAConflict(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("group", bob);
        String elsewhere = ada.opens("group", bob);
        String messageId = ada.says(id, "Hello");

        ada.send(id, messageId, "Goodbye").rejected("conflict");
        ada.send(id, Json.object("messageId", messageId, "body", "Hello", "mentions", List.of(bob.user())))
                .rejected("conflict");
        bob.send(id, messageId, "Hello").rejected("conflict");
        ada.send(elsewhere, messageId, "Hello").rejected("conflict");
        ada.send(id, id, "The id of the conversation").rejected("conflict");

        assertThat(ada.lastSeq(id)).isEqualTo(1);
        assertThat(ada.lastSeq(elsewhere)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReplyNamesAMessageOfTheConversation(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group");
        String elsewhere = ada.says(ada.opens("group"), "Elsewhere");

        ada.send(id, Json.object("body", "What?", "replyTo", UUID.randomUUID().toString()))
                .rejected("validation_failed");
        ada.send(id, Json.object("body", "What?", "replyTo", elsewhere)).rejected("validation_failed");
        ada.send(id, Json.object("body", "What?", "replyTo", "no id")).rejected("validation_failed");

        assertThat(ada.lastSeq(id)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void mentionsNameMembersAndInAChannelAnyone(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String group = ada.opens("group", bob);
        String channel = ada.opens("channel");
        List<String> fiftyOne = IntStream.range(0, 51).mapToObj(i -> "u" + i).toList();

        ada.send(group, Json.object("body", "Hi", "mentions", List.of(bob.user(), ada.user())))
                .accepted();
        ada.send(group, Json.object("body", "Hi", "mentions", List.of(people.name("eve"))))
                .rejected("validation_failed");
        ada.send(channel, Json.object("body", "Hi", "mentions", fiftyOne.subList(0, 50)))
                .accepted();
        ada.send(channel, Json.object("body", "Hi", "mentions", fiftyOne)).rejected("validation_failed");

        assertThat(ada.lastSeq(group)).isEqualTo(1);
        assertThat(ada.lastSeq(channel)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyCountsBytesOfUtf8(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group");

        ada.says(id, "x".repeat(8_192));
        ada.says(id, "…".repeat(2_730));
        ada.send(id, UUID.randomUUID().toString(), "x".repeat(8_193)).rejected("validation_failed");
        ada.send(id, UUID.randomUUID().toString(), "…".repeat(2_731)).rejected("validation_failed");

        assertThat(ada.messages(id))
                .extracting(each -> each.path("body").asString().length())
                .containsExactly(8_192, 2_730);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theAuthorEditsAndNobodyElse(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("group", bob);
        String messageId = bob.says(id, "Helo");

        ada.edit(id, messageId, "Not mine, though I am the owner").rejected("forbidden");
        bob.edit(id, messageId, "x".repeat(8_193)).rejected("validation_failed");
        bob.edit(id, messageId, "Hello").accepted();

        JsonNode message = ada.messages(id).getFirst();
        assertThat(message.path("body").asString()).isEqualTo("Hello");
        assertThat(Instant.parse(message.path("editedAt").asString()))
                .isAfterOrEqualTo(Instant.parse(message.path("sentAt").asString()));
        assertThat(ada.lastSeq(id)).as("an edit takes no seq").isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theAuthorOrAModeratorOrOwnerRedacts(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api mod = people.connect(transport, "mod");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String id = ada.opens("group", bob, eve);
        ada.addMember(id, mod.user(), "moderator").accepted();
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            messages.add(bob.says(id, "The secret number " + i));
        }

        eve.redact(id, messages.get(0)).rejected("forbidden");
        bob.redact(id, messages.get(1)).accepted();
        mod.redact(id, messages.get(2)).accepted();
        ada.redact(id, messages.get(3)).accepted();

        List<JsonNode> history = ada.messages(id);
        assertThat(history.getFirst().path("body").asString()).isEqualTo("The secret number 0");
        assertThat(history.subList(1, 4)).allSatisfy(each -> {
            assertThat(each.path("redacted").asBoolean()).isTrue();
            assertThat(each.toString()).doesNotContain("secret");
        });
        assertThat(ConversationsIT.only(eve.list(Json.object())).toString()).doesNotContain("secret");
        assertThat(ada.lastSeq(id)).as("a redaction takes no seq").isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRedactedMessageIsEditedNoMoreAndRedactingAgainChangesNothing(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group");
        String messageId = ada.says(id, "Something");
        ada.redact(id, messageId).accepted();

        ada.edit(id, messageId, "Something else").rejected("conflict");
        ada.redact(id, messageId).accepted();

        assertThat(ada.messages(id).getFirst().path("redacted").asBoolean()).isTrue();
        assertThat(ada.messages(id).getFirst().path("body").asString("")).isEmpty();
    }

    @Test
    void editingAndRedactingOverHttpAnswers204(People people) {
        HttpApi ada = people.http("ada");
        String id = ada.opens("group");
        String messageId = ada.says(id, "Something");

        assertThat(ada.edit(id, messageId, "Something else").accepted(204).text())
                .isEmpty();
        assertThat(ada.redact(id, messageId).accepted(204).text()).isEmpty();
        assertThat(ada.redact(id, messageId).accepted(204).text()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPageLiesBetweenItsBoundsOldestFirst(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        Api zoe = people.connect(transport, "zoe");
        String id = ada.opens("group", bob, eve, zoe);
        // across a bucket of 128 and of 200, by as many as it takes not to be limited
        for (int i = 0; i < 52; i++) {
            for (Api each : List.of(ada, bob, eve, zoe)) {
                each.says(id, "Hello");
            }
        }

        assertThat(seqs(ada, id, Json.object())).isEqualTo(range(159, 208));
        assertThat(seqs(ada, id, Json.object("limit", 3))).isEqualTo(range(206, 208));
        assertThat(seqs(ada, id, Json.object("limit", 200))).isEqualTo(range(9, 208));
        assertThat(seqs(ada, id, Json.object("limit", 1_000)))
                .as("more is taken as 200")
                .isEqualTo(range(9, 208));
        assertThat(seqs(ada, id, Json.object("after", 0, "limit", 2))).isEqualTo(range(1, 2));
        assertThat(seqs(ada, id, Json.object("after", 126, "limit", 4))).isEqualTo(range(127, 130));
        assertThat(seqs(ada, id, Json.object("before", 130, "limit", 4))).isEqualTo(range(126, 129));
        assertThat(seqs(ada, id, Json.object("before", 2))).isEqualTo(range(1, 1));
        assertThat(seqs(ada, id, Json.object("after", 10, "before", 14))).isEqualTo(range(11, 13));
        assertThat(seqs(ada, id, Json.object("after", 100, "before", 200, "limit", 2)))
                .isEqualTo(range(101, 102));
        assertThat(seqs(ada, id, Json.object("after", 10, "before", 11))).isEmpty();
        assertThat(seqs(ada, id, Json.object("after", 208))).isEmpty();
        assertThat(seqs(ada, id, Json.object("before", 1))).isEmpty();
        assertThat(ada.history(id, Json.object("after", 10, "before", 11)).number("lastSeq"))
                .isEqualTo(208);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a \u0000 in it",
                "\uFEFFmarked",
                "\u202Eturned",
                "line\r\nline\u2028line",
                "👩‍👩‍👧‍👦",
                "e\u0301 is not \u00e9"
            })
    void textComesBackAsItWasSentToTheLastByte(String text, People people) {
        HttpApi ada = people.http("ada");
        RSocketApi alsoAda = people.rsocket("ada");
        String id = ada.opens("group");
        try (Live stream = ada.watch(id, null)) {
            stream.frames().opened();

            ada.says(id, text);
            alsoAda.says(id, text);

            assertThat(ada.messages(id))
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each.path("body").asString()).isEqualTo(text));
            assertThat(stream.frames().next("message", 2))
                    .allSatisfy(each -> assertThat(each.path("body").asString()).isEqualTo(text));
        }
    }

    private static List<Long> seqs(Api api, String conversationId, ObjectNode fields) {
        return api.history(conversationId, fields).accepted().body().path("messages").values().stream()
                .map(each -> each.path("seq").asLong())
                .toList();
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }
}
