package io.ovation.presence;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ovation.presence.ScriptedSessions.Fate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class AttendanceProperties {
    private static final List<String> USERS = List.of("ann", "bob");

    /** Somebody comes or goes, time passes, a command is handled, or the store's luck changes. */
    record Step(int kind, String user, int which) {}

    @Property(tries = 500)
    void inTheEndWhoeverIsHereHasOneOpenSessionAndNobodyElseHas(@ForAll("steps") List<Step> steps) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        ScriptedSessions log = new ScriptedSessions();
        Attendance attendance =
                new Attendance(
                        log.gateways(),
                        ScriptedSessions.NODE,
                        Duration.ofSeconds(5),
                        Clock.systemUTC(),
                        time,
                        node -> false);
        Map<String, Deque<Place>> places = new HashMap<>();
        USERS.forEach(user -> places.put(user, new ArrayDeque<>()));
        for (Step step : steps) {
            Deque<Place> of = places.getOrDefault(step.user(), new ArrayDeque<>());
            switch (step.kind()) {
                case 0 -> {
                    Place place = attendance.place(step.user());
                    place.take();
                    of.add(place);
                }
                case 1 -> {
                    Place place = of.poll();
                    if (place != null) {
                        place.leave();
                    }
                }
                case 2 -> time.advanceTimeBy(Duration.ofMillis(step.which() * 500L));
                case 3 -> log.work();
                default -> log.fate(Fate.values()[step.which() % 4]);
            }
        }

        log.fate(Fate.DONE);
        for (int i = 0; i < 60; i++) {
            log.workAll();
            time.advanceTimeBy(Duration.ofSeconds(1));
        }
        assertThat(log.open())
                .containsExactlyInAnyOrderElementsOf(USERS.stream()
                        .filter(user ->
                                !places.getOrDefault(user, new ArrayDeque<>()).isEmpty())
                        .toList());
        assertThat(attendance.people()).isEqualTo(log.open().size());
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of(USERS),
                        Arbitraries.integers().between(0, 15))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }
}
