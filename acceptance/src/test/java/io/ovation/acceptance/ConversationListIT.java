package io.ovation.acceptance;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** One's list of conversations, live, and who is here: over real sockets. */
@ExtendWith(SharedServer.class)
class ConversationListIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoComesIntoAConversationAndLeavesItIsToldAtOnceAndCanResume(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String cursor;
        String id;
        try (Live list = bob.watchList(null)) {
            list.frames().opened();
            id = ada.opens("group", bob);
            JsonNode opened = list.frames().next("conversation");
            assertThat(opened.path("conversationId").asString()).isEqualTo(id);
            assertThat(opened.path("change").asString()).isEqualTo("opened");
            cursor = opened.path("cursor").asString();
            ada.says(id, "Hello");
            JsonNode summary = list.frames().nextOf("summary");
            while (summary.path("lastSeq").asLong() == 0) {
                summary = list.frames().nextOf("summary");
            }
            assertThat(summary.path("lastMessage").path("body").asString()).isEqualTo("Hello");
            assertThat(summary.path("unread").asLong()).isEqualTo(1);
            ada.removeMember(id, bob.user()).accepted();
            assertThat(list.frames().next("conversation").path("change").asString())
                    .isEqualTo("left");
        }
        ada.addMember(id, bob.user(), "member").accepted();
        try (Live list = bob.watchList(cursor)) {
            List<String> changes = list.frames().next("conversation", 2).stream()
                    .map(frame -> frame.path("change").asString())
                    .toList();
            assertThat(changes).containsExactly("left", "joined");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void howManyWatchIsToldAndCanBeAsked(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("channel");
        try (Live one = ada.watch(id, null)) {
            assertThat(watching(one)).isEqualTo(1);
            try (Live other = bob.watch(id, null)) {
                other.frames().opened();
                assertThat(watching(one)).isEqualTo(2);
                JsonNode here = bob.call(Endpoint.HERE, Map.of("id", id), Json.object())
                        .accepted()
                        .body();
                assertThat(here.path("watching").asLong()).isEqualTo(2);
                assertThat(here.path("users")).hasSize(2);
                assertThat(here.path("online").asLong())
                        .as("of the members, of whom Ada is the only one")
                        .isEqualTo(1);
            }
            assertThat(watching(one)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoMayNotReadAConversationIsNotToldWhoIsThere(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group");
        people.connect(transport, "eve")
                .call(Endpoint.HERE, Map.of("id", id), Json.object())
                .rejected("forbidden");
    }

    /** As it is told next. */
    private static long watching(Live stream) {
        return stream.frames().nextOf("audience").path("watching").asLong();
    }
}
