package io.ovation.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LongTextTest {
    @Test
    void aTextThatFitsStaysWhole() {
        assertThat(LongText.split("twelve bytes", 12)).containsExactly("twelve bytes");
        assertThat(LongText.split("", 12)).containsExactly("");
    }

    @Test
    void aTextIsPartedAfterWhiteSpaceWhereThereIsSome() {
        assertThat(LongText.split("one two three", 9)).containsExactly("one two ", "three");
        assertThat(LongText.split("a bcdefghijkl", 9)).containsExactly("a bcdefgh", "ijkl");
    }

    @Test
    void noCharacterIsPartedAndNothingIsLost() {
        Random random = new Random(7);
        int[] alphabet = {'a', ' ', 'é', '—', 0x1F604, '\n', 0x1F1E9};
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(200); i >= 0; i--) {
                text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
            }
            int limit = 4 + random.nextInt(40);

            List<String> parts = LongText.split(text.toString(), limit);

            assertThat(String.join("", parts)).isEqualTo(text.toString());
            assertThat(parts).allSatisfy(part -> {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                assertThat(bytes.length).isBetween(1, limit);
                assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(part);
            });
        }
    }
}
