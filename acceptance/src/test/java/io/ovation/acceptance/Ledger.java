package io.ovation.acceptance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What was said, and what of it the server acknowledged: the truth that a conversation is held against. Safe for any
 * number of threads.
 */
final class Ledger {
    private final Map<String, Said> said = new ConcurrentHashMap<>();
    private final Map<String, Reply> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();
    private final AtomicLong refused = new AtomicLong();

    /** One message that someone set out to send. */
    record Said(String conversationId, String author, String messageId, String body) {}

    /** Notes a new message down, before it is sent for the first time. */
    Said say(String conversationId, String author) {
        String messageId = UUID.randomUUID().toString();
        String body = author + " says “" + messageId + "” "
                + "é".repeat(ThreadLocalRandom.current().nextInt(100));
        Said message = new Said(conversationId, author, messageId, body);
        said.put(messageId, message);
        return message;
    }

    void answered(Said message, Reply reply) {
        if (reply.ok()) {
            acknowledged.put(message.messageId, reply);
        } else {
            refused.incrementAndGet();
            refusals.add(reply.code());
        }
    }

    long acknowledged() {
        return acknowledged.size();
    }

    /** How many requests were answered with an error. */
    long refused() {
        return refused.get();
    }

    /** The codes of all errors that were answered. */
    Set<String> refusals() {
        return refusals;
    }

    boolean isAcknowledged(Said message) {
        return acknowledged.containsKey(message.messageId);
    }

    /** What was said and never acknowledged. */
    Collection<Said> pending() {
        return said.values().stream().filter(each -> !isAcknowledged(each)).toList();
    }

    /** Some of what was acknowledged, with the answer that it got. */
    Map<Said, Reply> someAcknowledged(int count) {
        Map<Said, Reply> some = new HashMap<>();
        acknowledged.entrySet().stream().limit(count).forEach(each -> some.put(saidAs(each.getKey()), each.getValue()));
        return some;
    }

    /**
     * Checks that a conversation holds all that was acknowledged, as it was answered; nothing twice, and nothing that
     * nobody said.
     */
    void assertKept(String conversationId, Api reader) {
        List<JsonNode> messages = everything(conversationId, reader);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            assertThat(message.path("seq").asLong()).as("gapless").isEqualTo(i + 1);
            String messageId = message.path("messageId").asString();
            assertThat(seen.add(messageId)).as("%s is there once", messageId).isTrue();
            Said original = saidAs(messageId);
            assertThat(message.path("sender").asString()).isEqualTo(original.author);
            assertThat(message.path("body").asString()).isEqualTo(original.body);
            assertThat(conversationId).isEqualTo(original.conversationId);
            Reply answer = acknowledged.get(messageId);
            if (answer != null) {
                assertThat(message.path("seq").asLong()).isEqualTo(answer.number("seq"));
                assertThat(message.path("sentAt").asString()).isEqualTo(answer.text("sentAt"));
            }
        }
        assertThat(said.values())
                .filteredOn(each -> each.conversationId.equals(conversationId) && isAcknowledged(each))
                .allSatisfy(each -> assertThat(seen).contains(each.messageId));
    }

    private Said saidAs(String messageId) {
        Said original = said.get(messageId);
        if (original == null) {
            throw new AssertionError("Nobody said " + messageId);
        }
        return original;
    }

    private static List<JsonNode> everything(String conversationId, Api reader) {
        List<JsonNode> all = new ArrayList<>();
        while (true) {
            Reply page = reader.history(conversationId, Json.object("after", all.size(), "limit", 200))
                    .accepted();
            all.addAll(page.body().path("messages").values());
            if (all.size() >= page.number("lastSeq")) {
                return all;
            }
            assertThat(page.body().path("messages"))
                    .as("a page after %s of %s", all.size(), page.number("lastSeq"))
                    .isNotEmpty();
        }
    }
}
