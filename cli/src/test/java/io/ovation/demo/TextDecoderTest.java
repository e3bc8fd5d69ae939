package io.ovation.demo;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TextDecoderTest {
    @Test
    void everyKindOfLineEndEndsALine() {
        assertThat(TextDecoder.lines(utf8("one\ntwo\r\nthree\rfour"))).containsExactly("one", "two", "three", "four");
        assertThat(TextDecoder.lines(utf8("one\r\n\r\n"))).containsExactly("one", "");
        assertThat(TextDecoder.lines(utf8("one\n\r"))).containsExactly("one", "");
        assertThat(TextDecoder.lines(new byte[0])).isEmpty();
    }

    @Test
    void aByteOrderMarkIsNoText() {
        assertThat(TextDecoder.lines(utf8("\uFEFFÉté\nñ"))).containsExactly("Été", "ñ");
        assertThat(TextDecoder.lines("\uFEFFÉté\r\n😄".getBytes(StandardCharsets.UTF_16BE)))
                .containsExactly("Été", "😄");
        assertThat(TextDecoder.lines("\uFEFFÉté\r\n😄".getBytes(StandardCharsets.UTF_16LE)))
                .containsExactly("Été", "😄");
    }

    @Test
    void whatIsNoUtf8IsTakenForTheOldWesternCharsetLineByLine() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(utf8("naïve – 😄\n"));
        bytes.writeBytes("naïve – €\n".getBytes(Charset.forName("windows-1252")));
        bytes.writeBytes("déjà vu\r\n".getBytes(StandardCharsets.ISO_8859_1));
        // cut in the middle of a character
        bytes.write(0xC3);

        assertThat(TextDecoder.lines(bytes.toByteArray())).containsExactly("naïve – 😄", "naïve – €", "déjà vu", "Ã");
    }

    @Test
    void overlongAndSurrogateFormsAreNoUtf8() {
        assertThat(TextDecoder.lines(new byte[] {'a', (byte) 0xC0, (byte) 0xAF}))
                .containsExactly("aÀ¯");
        assertThat(TextDecoder.lines(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}))
                .containsExactly("í\u00A0€");
    }

    @Test
    void binaryDataIsNoText() {
        assertThatThrownBy(() -> TextDecoder.lines(new byte[] {'a', 0, 'b'}))
                .isInstanceOf(DemoFailure.class)
                .hasMessageContaining("NUL");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
