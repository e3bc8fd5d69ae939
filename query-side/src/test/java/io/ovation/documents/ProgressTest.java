package io.ovation.documents;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProgressTest {
    @Test
    void itTellsHowFarItIsAndHowFast() {
        Progress progress = new Progress(-1, 9_999, System.nanoTime());

        assertThat(progress.next(4_999))
                .startsWith("Rebuilding the history: 50 % of 10,000 events, ")
                .endsWith(" events/s");
        assertThat(progress.next(12_000)).startsWith("Rebuilding the history: 100 % of 10,000 events");
        assertThat(progress.end()).startsWith("The history is rebuilt: 10,000 events in ");
    }

    @Test
    void anEmptyLogIsNothingToRebuild() {
        assertThat(new Progress(-1, Long.MIN_VALUE, System.nanoTime()).total()).isZero();
        assertThat(new Progress(7, 7, System.nanoTime()).total()).isZero();
        assertThat(new Progress(-1, Long.MIN_VALUE, System.nanoTime()).next(Long.MIN_VALUE))
                .startsWith("Rebuilding the history: 0 % of 0 events");
    }
}
