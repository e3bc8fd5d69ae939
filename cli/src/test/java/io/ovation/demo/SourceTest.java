package io.ovation.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SourceTest {
    private final Path folder;

    SourceTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void whatAFileIsIsSeenFromWhatIsInIt() throws IOException {
        assertThat(source(write("prose.txt", "Once upon a time\nthere was a room."))
                        .read()
                        .cast())
                .containsExactly("Ada", "Bela");
        assertThat(source(write("log.txt", "\uFEFF[10:00] <lark> hi\r\n[10:01] *** Joins: mole\r\n"))
                        .read()
                        .cast())
                .containsExactly("lark");
        Files.createDirectory(folder.resolve("garden"));
        write("channels.json", "[{\"name\": \"garden\"}]");
        write("garden/2024-03-04.json", "[{\"text\": \"hi\", \"user\": \"U1\", \"ts\": \"1709550000.000100\"}]");
        assertThat(source(folder).read().lines()).containsExactly(Line.of("U1", "hi"));
    }

    @Test
    void aTextIsCalledAsItsFileIs() throws IOException {
        assertThat(source(write("a tale.v2.txt", "Once")).read().title()).isEqualTo("a tale.v2");
        assertThat(source(write(".hidden", "Once")).read().title()).isEqualTo(".hidden");
    }

    @Test
    void whatCannotBePlayedIsToldInOneLine() throws IOException {
        assertRefused(source(folder.resolve("missing.txt")), "There is no file");
        assertRefused(source(write("empty.txt", "\n \n")), "There is nothing to play in");
        assertRefused(source(write("binary", "a\0b")), "This is no text");
        assertRefused(source(write("broken.zip", "PK\u0003\u0004 and no more")), "is no zip that can be read");
        assertRefused(new Source(folder, Source.Format.text, Source.Unit.line, null, List.of()), "is a folder");
        assertRefused(
                new Source(write("text", "Once"), Source.Format.slack, Source.Unit.line, null, List.of()),
                "is no Slack export");
    }

    @Test
    void optionsThatSayNothingAboutTheSourceAreRefused() throws IOException {
        Path text = write("prose.txt", "Once");
        Path log = write("log.txt", "[10:00] <lark> hi");
        assertRefused(
                new Source(text, Source.Format.auto, Source.Unit.line, "garden", List.of()),
                "A channel is one of a Slack export");
        assertRefused(
                new Source(log, Source.Format.auto, Source.Unit.line, null, List.of("Ada")),
                "A cast is for a plain text");
    }

    private static void assertRefused(Source source, @Nullable String why) {
        assertThatThrownBy(source::read)
                .isInstanceOf(DemoFailure.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    private static Source source(Path file) {
        return new Source(file, Source.Format.auto, Source.Unit.line, null, List.of());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
    }
}
