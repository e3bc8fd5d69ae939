package io.ovation.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A data directory that an earlier version left behind starts by itself, as its user left it. {@code
 * data-2026-11-28.tar.xz} is one of the first edition's, whose read models were in memory alone: Ada has a group with
 * Bob and sixty messages, of which one was edited and one redacted, a channel, a direct conversation and another group,
 * and a content that others liked, applauded and commented on.
 */
class EarlierDataIT {
    private static final String FIRST_EDITION = "data-2026-11-28.tar.xz";
    private static final String BUILT = "The history is rebuilt";

    @Test
    void theFirstEditionsDirectoryStartsAndItsReadModelsAreBuiltOnce() throws IOException {
        OvationServer.Launch launch = OvationServer.fresh("earlier").with("--ovation.limits.enabled=false");
        unpack(launch.data());

        try (OvationServer server = launch.start()) {
            assertThat(server.stdout()).contains(BUILT);
            isAsItWas(server);
            goesOn(server);
        }
        try (OvationServer again = launch.start()) {
            assertThat(again.stdout()).doesNotContain(BUILT);
            assertThat(again.stackTraces()).isEmpty();
            assertThat(get(again, "ada", "/api/conversations").path("conversations"))
                    .anySatisfy(each -> assertThat(each.path("lastSeq").asLong()).isEqualTo(61));
        }
    }

    private static void isAsItWas(OvationServer server) {
        JsonNode talks = get(server, "ada", "/api/conversations").path("conversations");
        assertThat(texts(talks, "title")).containsExactlyInAnyOrder("Second", "News", "", "Old group");
        JsonNode group = talks.get(0);
        assertThat(group.path("title").asString()).isEqualTo("Second");
        assertThat(group.path("lastSeq").asLong()).isEqualTo(60);
        assertThat(group.path("unread").asLong()).isEqualTo(30);
        String path = "/api/conversations/" + id(group);

        List<String> bodies =
                texts(get(server, "bob", path + "/messages?limit=100").path("messages"), "body");
        assertThat(bodies).hasSize(60).startsWith("message 0", "edited", "message 2", "", "message 4");
        assertThat(get(server, "bob", path + "/receipts").path("receipts"))
                .anySatisfy(each -> {
                    assertThat(each.path("user").asString()).isEqualTo("bob");
                    assertThat(each.path("read").asLong()).isEqualTo(30);
                });
        assertThat(texts(get(server, "ada", "/api/inbox").path("notifications"), "kind"))
                .containsExactly("comment", "like");

        JsonNode content = get(server, "eve", "/api/contents").path("contents").get(0);
        JsonNode counters = content.path("counters");
        assertThat(counters.path("likes").asLong()).isEqualTo(1);
        assertThat(counters.path("applause").asLong()).isEqualTo(7);
        assertThat(counters.path("views").asLong()).isEqualTo(1);
        assertThat(counters.path("comments").asLong()).isEqualTo(5);
    }

    /** What stands in the old log is decided on: the number that follows, and a message that is sent again. */
    private static void goesOn(OvationServer server) {
        JsonNode group =
                get(server, "ada", "/api/conversations").path("conversations").get(0);
        String path = "/api/conversations/" + id(group) + "/messages";
        JsonNode last = get(server, "ada", path + "?limit=1").path("messages").get(0);
        String again = "{\"body\":\"%s\",\"messageId\":\"%s\"}"
                .formatted(last.path("body").asString(), last.path("messageId").asString());

        assertThat(client(server, last.path("sender").asString())
                        .call("POST", path, again)
                        .accepted()
                        .number("seq"))
                .isEqualTo(60);
        assertThat(client(server, "ada")
                        .call("POST", path, "{\"body\":\"after the upgrade\"}")
                        .accepted(201)
                        .number("seq"))
                .isEqualTo(61);
    }

    private static HttpApi client(OvationServer server, String user) {
        return new HttpApi(server, user, Tokens.of(user));
    }

    private static JsonNode get(OvationServer server, String user, String path) {
        return client(server, user).get(path).accepted().body();
    }

    private static String id(JsonNode conversation) {
        return conversation.path("conversationId").asString();
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.path(field).asString(""))
                .toList();
    }

    /** With the permissions that it had: PostgreSQL starts on no directory that others can read. */
    private static void unpack(Path to) throws IOException {
        Files.createDirectories(to);
        try (InputStream packed =
                        Objects.requireNonNull(EarlierDataIT.class.getResourceAsStream("/" + FIRST_EDITION));
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = to.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.copy(tar, path);
                }
                Files.setPosixFilePermissions(path, permissions(entry.getMode()));
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> all = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] inOrder = PosixFilePermission.values();
        for (int i = 0; i < inOrder.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                all.add(inOrder[i]);
            }
        }
        return all;
    }
}
