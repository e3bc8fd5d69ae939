package io.ovation.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EventPrinterTest {
    private static final String EVENT = """
            {"position":17,"eventId":"e","type":"MessageSent","aggregateId":"018f5b6e-0000-7000-8000-000000000001",\
            "timestamp":"2026-01-02T03:04:05.678Z",%s}""";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void aLineIsPrintedAsItCame() throws IOException {
        String event = EVENT.formatted("\"payload\":{\"body\":\"Tea\\u001b[2J\"},\"later\":1");
        assertThat(printed(false, event)).isEqualTo(event + "\n");
    }

    @Test
    void aRowIsOneLineThatFitsWhateverOthersWrote() throws IOException {
        assertThat(printed(true, EVENT.formatted("\"payload\":{\"body\":\"Tea\u202E\"}")))
                .isEqualTo(
                        "       17  2026-01-02T03:04:05.678Z  MessageSent          "
                                + "018f5b6e-0000-7000-8000-000000000001  {\"body\":\"Tea \"}\n");
        assertThat(printed(true, EVENT.formatted("\"payload\":{\"body\":\"" + "x".repeat(500) + "\"}")))
                .hasLineCount(1)
                .hasSizeLessThan(200)
                .endsWith("…\n");
    }

    @Test
    void whatCannotBeDecodedIsARowToo() throws IOException {
        assertThat(printed(true, EVENT.formatted("\"undecodable\":true,\"raw\":\"AAAA\"")))
                .endsWith("  (undecodable)\n");
    }

    private String printed(boolean table, String event) throws IOException {
        out.reset();
        EventPrinter printer = new EventPrinter(out, table);
        printer.print(event);
        printer.flush();
        return out.toString(StandardCharsets.UTF_8);
    }
}
