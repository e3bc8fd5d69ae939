package io.ovation.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.ovation.admission.FairAdmission.Work;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FairAdmissionTest {
    private final List<String> begun = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    private void enter(FairAdmission admission, String user, String name) {
        admission.enter(user, new Work() {
            @Override
            public void begin() {
                begun.add(name);
            }

            @Override
            public void refuse() {
                refused.add(name);
            }
        });
    }

    @Test
    void whoComesLaterWaitsForOnePieceOfWhoFloodsAndNotForAll() {
        FairAdmission admission = new FairAdmission(1, 100);
        for (int i = 0; i < 50; i++) {
            enter(admission, "mallory", "m" + i);
        }
        enter(admission, "ann", "a0");
        enter(admission, "bob", "b0");
        enter(admission, "ann", "a1");

        for (int i = 0; i < 6; i++) {
            admission.leave();
        }
        assertThat(begun).containsExactly("m0", "m1", "a0", "b0", "m2", "a1", "m3");
        assertThat(refused).isEmpty();
    }

    @Test
    void whenTooMuchWaitsWhoHasTheMostLosesTheLatest() {
        FairAdmission admission = new FairAdmission(1, 4);
        for (int i = 0; i < 6; i++) {
            enter(admission, "mallory", "m" + i);
        }
        assertThat(refused).as("of one's own, when nobody else waits").containsExactly("m5");
        enter(admission, "ann", "a0");
        enter(admission, "ann", "a1");
        assertThat(refused).containsExactly("m5", "m4", "m3");
        enter(admission, "ann", "a2");
        assertThat(refused).as("of one's own, when both have as many").endsWith("a2");

        for (int i = 0; i < 5; i++) {
            admission.leave();
        }
        assertThat(begun).containsExactly("m0", "m1", "a0", "m2", "a1");
    }

    @Test
    void workThatEndsAsItBeginsDoesNotNest() {
        FairAdmission admission = new FairAdmission(1, 100_000);
        enter(admission, "ann", "first");
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 100_000; i++) {
            admission.enter("ann", new Work() {
                @Override
                public void begin() {
                    ended.incrementAndGet();
                    admission.leave();
                }

                @Override
                public void refuse() {
                    throw new AssertionError("There is room");
                }
            });
        }
        admission.leave();
        assertThat(ended).hasValue(100_000);
    }

    @Test
    void neverMoreAreUnderWayThanMayBeAndNoneIsForgotten() throws Exception {
        FairAdmission admission = new FairAdmission(3, 100_000);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(8_000);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int t = 0; t < 8; t++) {
                String user = "user" + t;
                threads.execute(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        admission.enter(user, new Work() {
                            @Override
                            public void begin() {
                                threads.execute(() -> {
                                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                                    underWay.decrementAndGet();
                                    admission.leave();
                                    all.countDown();
                                });
                            }

                            @Override
                            public void refuse() {
                                throw new AssertionError("There is room");
                            }
                        });
                    }
                });
            }
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(most.get()).isLessThanOrEqualTo(3);
        Queue<String> after = new ArrayDeque<>();
        for (int i = 0; i < 4; i++) {
            String name = "after" + i;
            admission.enter("ann", new Work() {
                @Override
                public void begin() {
                    after.add(name);
                }

                @Override
                public void refuse() {
                    throw new AssertionError("There is room");
                }
            });
        }
        assertThat(after).as("all places are free again").containsExactly("after0", "after1", "after2");
    }
}
