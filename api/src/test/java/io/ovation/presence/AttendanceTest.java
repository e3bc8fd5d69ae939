package io.ovation.presence;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.ovation.presence.ScriptedSessions.Fate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class AttendanceTest {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration BEFORE_THAT = GRACE.minusMillis(1);
    private static final Duration A_MOMENT = Duration.ofMillis(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedSessions log = new ScriptedSessions();
    private final Set<String> here = new HashSet<>();
    private final Attendance attendance =
            new Attendance(log.gateways(), ScriptedSessions.NODE, GRACE, Clock.systemUTC(), time, here::contains);

    private Place comes(String user) {
        Place place = attendance.place(user);
        place.take();
        return place;
    }

    private void pass(Duration duration) {
        time.advanceTimeBy(duration);
        log.workAll();
    }

    @Test
    void theFirstConnectionOpensASessionAndTheGraceAfterTheLastClosesIt() {
        Place place = comes("ann");
        pass(Duration.ZERO);
        assertThat(log.take()).containsExactly("open ann");

        place.leave();
        pass(BEFORE_THAT);
        assertThat(log.take()).isEmpty();
        pass(A_MOMENT);
        assertThat(log.take()).containsExactly("left ann");
        assertThat(attendance.people()).isZero();
    }

    @Test
    void aReloadWithinTheGraceRecordsNothing() {
        Place before = comes("ann");
        pass(Duration.ZERO);
        log.take();
        for (int i = 0; i < 10; i++) {
            before.leave();
            pass(BEFORE_THAT);
            before = comes("ann");
            pass(Duration.ofMinutes(1));
        }
        assertThat(log.take()).isEmpty();
        before.leave();
        pass(GRACE);
        assertThat(log.take()).containsExactly("left ann");
    }

    @Test
    void twoDevicesAreOneSessionUntilTheLastHasGone() {
        Place phone = comes("ann");
        Place desk = comes("ann");
        pass(Duration.ZERO);
        assertThat(log.take()).containsExactly("open ann");

        phone.leave();
        pass(GRACE.multipliedBy(3));
        assertThat(log.take()).isEmpty();
        desk.leave();
        pass(GRACE);
        assertThat(log.take()).containsExactly("left ann");
    }

    @Test
    void whoComesBackAfterTheGraceHasANewSession() {
        comes("ann").leave();
        pass(GRACE);
        comes("ann");
        pass(Duration.ZERO);
        assertThat(log.take()).containsExactly("open ann", "left ann", "open ann");
    }

    @Test
    void aConnectionDoesNotWaitForWhatItRecords() {
        comes("ann");
        assertThat(log.underWay())
                .as("under way when the connection is there already")
                .isEqualTo(1);
        assertThat(attendance.people()).isEqualTo(1);
    }

    @Test
    void aPlaceIsTakenOnceAndLeftOnceInWhateverOrder() {
        Place place = comes("ann");
        place.take();
        place.leave();
        place.leave();
        place.take();
        Place gone = attendance.place("ann");
        gone.leave();
        gone.take();
        pass(GRACE);
        assertThat(log.take()).containsExactly("open ann", "left ann");
        assertThat(attendance.people()).isZero();
    }

    @Test
    void whatCannotBeRecordedIsTriedAgainForAsLongAsItIsSo() {
        log.fate(Fate.UNAVAILABLE);
        comes("ann");
        pass(Duration.ofMinutes(1));
        assertThat(log.take()).isEmpty();
        log.fate(Fate.DONE);
        pass(Duration.ofSeconds(5));
        assertThat(log.take()).containsExactly("open ann");
    }

    @Test
    void whoHasGoneBeforeItCouldBeRecordedWasNeverThere() {
        log.fate(Fate.UNAVAILABLE);
        comes("ann").leave();
        pass(Duration.ofMinutes(1));
        log.fate(Fate.DONE);
        pass(Duration.ofMinutes(1));
        assertThat(log.take()).isEmpty();
        assertThat(attendance.people()).isZero();
    }

    @Test
    void anOpeningThatNobodyHeardOfIsNotOpenedTwice() {
        log.fate(Fate.UNHEARD);
        Place place = comes("ann");
        pass(Duration.ofSeconds(2));
        log.fate(Fate.DONE);
        pass(Duration.ofSeconds(5));
        assertThat(log.take()).containsExactly("open ann");
        place.leave();
        pass(GRACE);
        assertThat(log.open()).isEmpty();
    }

    @Test
    void whoComesBackWhileTheClosingIsInDoubtIsOnlineInTheEnd() {
        Place place = comes("ann");
        pass(Duration.ZERO);
        place.leave();
        log.fate(Fate.UNHEARD);
        pass(GRACE);
        comes("ann");
        pass(A_MOMENT);
        log.fate(Fate.DONE);
        pass(Duration.ofSeconds(10));
        assertThat(log.take()).containsExactly("open ann", "left ann", "open ann");
        assertThat(log.open()).containsExactly("ann");
    }

    @Test
    void aNodeThatStopsClosesAllOfItsSessions() {
        comes("ann");
        Place left = comes("bob");
        comes("cid");
        pass(Duration.ZERO);
        left.leave();
        log.take();
        AtomicBoolean done = new AtomicBoolean();

        attendance.stop(() -> done.set(true));
        assertThat(done).isFalse();
        log.workAll();
        assertThat(done).isTrue();
        assertThat(log.take()).containsExactlyInAnyOrder("stopped ann", "stopped bob", "stopped cid");

        comes("dan");
        pass(GRACE);
        assertThat(log.take()).as("nobody is taken in any more").isEmpty();
    }

    @Test
    void aNodeStopsAlsoWhereNothingCanBeRecorded() {
        comes("ann");
        pass(Duration.ZERO);
        log.fate(Fate.UNAVAILABLE);
        AtomicBoolean done = new AtomicBoolean();

        attendance.stop(() -> done.set(true));
        pass(Duration.ofSeconds(4));
        assertThat(done).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(done).isTrue();
    }

    @Test
    void whatTheNodeLeftOpenIsClosedOnceThereWasTimeToComeBack() {
        log.leftOpen(Map.of("old session", "ann"));
        log.fate(Fate.UNAVAILABLE);
        attendance.start();
        pass(Duration.ofMinutes(1));
        log.fate(Fate.DONE);
        comes("ann");
        pass(BEFORE_THAT);
        assertThat(log.take()).containsExactly("open ann");

        pass(Duration.ofSeconds(6));
        assertThat(log.take()).containsExactly("lost ann");
        assertThat(log.open()).as("who has come back").containsExactly("ann");
        attendance.stop();
    }

    @Test
    void whatAnotherNodeClosedWhileThisOneWasAwayIsOpenedAgain() {
        Place place = comes("ann");
        comes("bob");
        pass(Duration.ZERO);
        log.take();
        log.closedElsewhere("ann");
        attendance.openAgain();
        pass(A_MOMENT);
        assertThat(log.take()).as("and nobody else's").containsExactly("open ann");

        // what the other node had begun ends a while later
        log.closedElsewhere("bob");
        pass(GRACE);
        assertThat(log.take()).containsExactly("open bob");
        assertThat(log.open()).containsExactlyInAnyOrder("ann", "bob");
        place.leave();
        pass(GRACE.multipliedBy(4));
        assertThat(log.take()).containsExactly("left ann");
        assertThat(log.open()).containsExactly("bob");
    }

    @Test
    void theSessionsOfANodeThatHasGoneAreClosedUnlessItIsBackInTime() {
        log.leftOpen(Map.of("its session", "ann"));
        attendance.closeSessionsOf(ScriptedSessions.NODE);
        pass(BEFORE_THAT);
        here.add(ScriptedSessions.NODE);
        pass(GRACE);
        assertThat(log.take()).isEmpty();

        here.clear();
        attendance.closeSessionsOf(ScriptedSessions.NODE);
        pass(GRACE);
        assertThat(log.take()).containsExactly("lost ann");
    }

    @Test
    void tenThousandAtOnceLeaveRoomForOthersAndAreAllRecorded() {
        IntStream.range(0, 10_000).forEach(i -> comes("user-" + i));
        int most = 0;
        do {
            most = Math.max(most, log.underWay());
        } while (log.work());

        assertThat(most).isEqualTo(64);
        assertThat(log.open()).hasSize(10_000).doesNotHaveDuplicates();
    }

    @Test
    void aNodeIsTheSameAfterARestartAndAnotherBesideIt(@TempDir Path data) throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (NodeIdentity one = NodeIdentity.in(data);
                    NodeIdentity other = NodeIdentity.in(data)) {
                assertThat(other.id()).isNotEqualTo(one.id());
                ids.add(one.id() + other.id());
            }
        }
        assertThat(ids.getFirst()).isEqualTo(ids.getLast());
    }
}
