package io.ovation.cluster;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(20)
class TellerTest {
    private final Teller teller = new Teller(100);
    private final CountDownLatch othersTakeIt = new CountDownLatch(1);
    private final List<Integer> told = new CopyOnWriteArrayList<>();

    private boolean tell(int what, int bytes) {
        return teller.tell(bytes, () -> {
            try {
                othersTakeIt.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            told.add(what);
        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        othersTakeIt.countDown();
        teller.stop();
    }

    @Test
    void whileTheOthersTakeNothingSomeWaitsAndTheRestIsLeftOut() {
        assertThat(tell(1, 60)).isTrue();
        assertThat(tell(2, 40)).isTrue();
        assertThat(tell(3, 1)).isFalse();
        assertThat(told).isEmpty();

        othersTakeIt.countDown();
        await().until(() -> told.size() == 2);
        assertThat(told).containsExactly(1, 2);
        await().until(() -> tell(4, 100));
        await().until(() -> told.contains(4));
    }

    @Test
    void whatWaitsIsToldBeforeTheEndAndNothingAfterIt() throws InterruptedException {
        tell(1, 10);
        tell(2, 10);
        othersTakeIt.countDown();
        teller.stop();
        assertThat(told).containsExactly(1, 2);
        assertThat(tell(3, 10)).isFalse();
    }
}
