package io.ovation.conversation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

import io.ovation.AppData;
import io.ovation.conversation.ConversationQuery.ConversationView;
import io.ovation.conversation.ConversationQuery.MessageView;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Where a page ends early. */
class AnswerSizeTest {
    private static final String LONGEST_ID = "😀".repeat(200);

    /** The largest row that there can be: what ends a line for some readers is written as six bytes for two. */
    private static final ConversationView LARGEST = new ConversationView(
            "01990000-0000-7000-8000-00000000000a",
            Kind.group,
            LONGEST_ID,
            Collections.nCopies(50, LONGEST_ID),
            50,
            new MessageView(
                    "01990000-0000-7000-8000-00000000000b",
                    1,
                    LONGEST_ID,
                    "\u0085".repeat(4_096),
                    Instant.EPOCH,
                    null,
                    null,
                    null,
                    Collections.nCopies(50, LONGEST_ID),
                    new AppData("{\"k\":\"" + "\\u0085".repeat(2_000) + "\"}"),
                    null,
                    null),
            1,
            1);

    @Test
    void aPageOfTheLargestRowsEndsBeforeAFrameIsFull() {
        List<ConversationView> shown = AnswerSize.fitting(Collections.nCopies(200, LARGEST), AnswerSize.MOST);

        long row = 102L * LONGEST_ID.getBytes(StandardCharsets.UTF_8).length + 4_096 * 6 + 2_000 * 6;
        assertThat(shown).hasSizeLessThan(200).hasSizeGreaterThan(100);
        assertThat(shown.size() * row).isLessThan(AnswerSize.MOST);
        assertThat((shown.size() + 2) * row * 1.05).isGreaterThan(AnswerSize.MOST);
    }

    @Test
    void aPageHasOneRowAtLeastAndAllThatFit() {
        assertThat(AnswerSize.fitting(List.of(LARGEST, LARGEST), 1)).hasSize(1);
        assertThat(AnswerSize.fitting(List.of(LARGEST, LARGEST), AnswerSize.MOST)).hasSize(2);
        assertThat(AnswerSize.fitting(List.of(), 1)).isEmpty();
    }
}
