package io.ovation.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SlackExportTest {
    private final Path temporary;
    private final Path export;

    SlackExportTest(@TempDir Path temporary) {
        this.temporary = temporary;
        this.export = temporary.resolve("our export");
    }

    @BeforeEach
    void writeAnExport() throws IOException {
        write("users.json", """
                [{"id": "U1", "name": "lark", "profile": {"display_name": "Lark", "real_name": "Lark L."}},
                 {"id": "U2", "name": "mole", "profile": {"display_name": "", "real_name": "Möle"}},
                 {"id": "U3", "name": "lark2", "deleted": true, "profile": {"display_name": "Lark"}}]
                """);
        write("channels.json", """
                [{"id": "C1", "name": "quiet"}, {"id": "C2", "name": "garden"}, {"id": "C3", "name": "never-used"}]
                """);
        write("quiet/2024-03-04.json", """
                [{"type": "message", "user": "U1", "text": "hello?", "ts": "1709500000.000100"}]
                """);
        write("garden/2024-03-05.json", """
                [{"type": "message", "user": "U3", "text": "late", "ts": "1709600000.000100"}]
                """);
        write("garden/2024-03-04.json", """
                [{"type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": \
                "1709550000.000100"},
                 {"type": "message", "user": "U1", "text": "the beans are up &amp; <@U2> is glad", "ts": \
                 "1709550001.000200",
                  "thread_ts": "1709550001.000200", "reply_count": 1, "edited": {"user": "U1", "ts": \
                  "1709550009.000000"}},
                 {"type": "message", "user": "U2", "text": "gone", "ts": "1709550002.000000"},
                 {"type": "message", "subtype": "bot_message", "username": "weather", "text": "", "ts": \
                 "1709550003.500200",
                  "attachments": [{"fallback": "rain"}, {"text": "wind"}]},
                 {"type": "message", "subtype": "me_message", "user": "U2", "text": "digs", "ts": "1709550004.000000"},
                 {"type": "message", "subtype": "message_deleted", "deleted_ts": "1709550002.000000", "ts": \
                 "1709550005.000000"},
                 {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "text": "It was deleted.", "ts": \
                 "1709550006.000000"},
                 {"type": "message", "user": "U2", "text": "", "files": [{"title": "beans.jpg"}], "ts": \
                 "1709550007.000000"},
                 {"type": "message", "user": "U9", "user_profile": {"display_name": "Wren"}, "text": "alredy?", "ts": \
                 "1709550008.000000",
                  "thread_ts": "1709550001.000200"},
                 {"type": "message", "subtype": "message_changed", "ts": "1709550010.000000",
                  "message": {"type": "message", "user": "U9", "user_profile": {"display_name": "Wren"}, "text": \
                  "already?",
                              "ts": "1709550008.000000", "thread_ts": "1709550001.000200"}},
                 {"type": "message", "user": "U1", "text": "  ", "ts": "1709550011.000000"},
                 {"type": "message", "user": "U1", "text": "no time", "ts": "yesterday"}]
                """);
    }

    @Test
    void theBusiestChannelIsPlayedAsItWasAtLast() throws IOException {
        Play play = SlackExport.read(export, null);

        assertThat(play.title()).isEqualTo("#garden");
        assertThat(play.timed()).isTrue();
        assertThat(play.lines())
                .containsExactly(
                        new Line("Lark", "the beans are up & @Möle is glad", Duration.ZERO, null, List.of("Möle")),
                        new Line("weather", "rain\nwind", Duration.ofMillis(2500), null, List.of()),
                        new Line("Möle", "*digs*", Duration.ofMillis(499), null, List.of()),
                        new Line("Möle", "[beans.jpg]", Duration.ofSeconds(3), null, List.of()),
                        new Line("Wren", "already?", Duration.ofSeconds(1), 0, List.of()),
                        new Line("Lark (lark2)", "late", Duration.ofMillis(49992000), null, List.of()));
    }

    @Test
    void aChannelIsPlayedByName() throws IOException {
        assertThat(SlackExport.read(export, "#quiet").lines()).containsExactly(Line.of("Lark", "hello?"));
        assertThatThrownBy(() -> SlackExport.read(export, "loud"))
                .isInstanceOf(DemoFailure.class)
                .hasMessage("The export has no channel loud, but quiet, garden");
    }

    @Test
    void aZipIsReadLikeItsFolderWhetherTheFolderIsInItOrNot() throws IOException {
        Play folder = SlackExport.read(export, null);
        assertThat(SlackExport.read(zip(export, "flat.zip"), null)).isEqualTo(folder);
        assertThat(SlackExport.read(zip(temporary, "with folder.zip"), null)).isEqualTo(folder);
    }

    @Test
    void otherFoldersZipsAndBrokenExportsAreRefusedInOneLine() throws IOException {
        assertThatThrownBy(() -> SlackExport.read(export.resolve("garden"), null))
                .isInstanceOf(DemoFailure.class)
                .hasMessageContaining("is no Slack export");
        write("users.json", "[{");
        assertThatThrownBy(() -> SlackExport.read(export, null))
                .isInstanceOf(DemoFailure.class)
                .hasMessage("The export's users.json is no JSON");
    }

    private void write(String path, String json) throws IOException {
        Path file = export.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    private Path zip(Path folder, String name) throws IOException {
        Path zip = Files.createTempDirectory(temporary, "zips").resolve(name);
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
        return zip;
    }
}
