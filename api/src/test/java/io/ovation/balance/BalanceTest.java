package io.ovation.balance;

import java.time.Duration;

import io.ovation.balance.BalancedNodes.Balancer;
import io.ovation.balance.BalancedNodes.Node;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BalanceTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final BalancedNodes cluster = new BalancedNodes(BalancedNodes.DEFAULTS, Balancer.ROUND_ROBIN, 7);
    private final Node first = cluster.joins(120);

    @Test
    void oneNodeBecomesThreeAndTheyAreEvenWithinMinutes() {
        cluster.run(LONG);
        assertThat(cluster.asked()).as("of one node").isZero();
        cluster.joins(0);
        cluster.joins(0);
        cluster.run(Duration.ofMinutes(2));
        assertThat(cluster.held()).allMatch(held -> held >= 30 && held <= 50);
        assertThat(cluster.askedTwice()).isEmpty();
    }

    @Test
    void manyBecomeEvenWithinMinutesToo() {
        cluster.connect(first, 9_880, 1);
        cluster.joins(0);
        cluster.joins(0);
        cluster.run(Duration.ofMinutes(6));
        assertThat(cluster.held()).allMatch(held -> held >= 3_000 && held <= 3_600);
        assertThat(cluster.askedTwice()).isEmpty();
    }

    @Test
    void allConnectionsOfAUserThatWereThereBeforeMayBeAskedAndEachOnce() {
        cluster.connect(first, 10, 40);
        cluster.joins(0);
        cluster.run(LONG);
        assertThat(cluster.held()).allMatch(held -> held <= 260 + 52);
        assertThat(cluster.askedTwice()).isEmpty();
    }

    @Test
    void theNodeThatSomebodyCameToAsksThemNeither() {
        cluster.joins(0);
        cluster.run(Duration.ofMinutes(2));
        assertThat(cluster.asked()).isPositive();
        // all others of the second node are gone, and a third one comes: it would have to give those that came
        cluster.connect(cluster.nodes().get(1), 60, 1);
        cluster.joins(0);
        cluster.run(Duration.ofMinutes(5));
        assertThat(cluster.nodes().get(1).balance().askedEver().sum())
                .as("its own, who were never asked")
                .isPositive();
        assertThat(cluster.askedTwice()).isEmpty();
    }

    @Test
    void nobodyIsAskedWhileItIsNotCertainWhoIsThere() {
        first.certain(false);
        cluster.joins(0);
        cluster.run(LONG);
        assertThat(cluster.asked()).isZero();
        first.certain(true);
        cluster.run(LONG);
        assertThat(cluster.asked()).isPositive();
    }

    @Test
    void nobodyIsAskedWhileOneOfTheOthersSaysNothing() {
        cluster.joins(0);
        Node silent = cluster.joins(0);
        silent.mute(true);
        cluster.run(LONG);
        assertThat(cluster.asked()).isZero();
        silent.mute(false);
        cluster.run(LONG);
        assertThat(cluster.asked()).isPositive();
    }

    @Test
    void aNodeThatIsNotReadyIsGivenNobodyAndNobodyIsAskedForIt() {
        Node second = cluster.joins(0);
        second.ready(false);
        cluster.run(LONG);
        assertThat(cluster.asked()).isZero();
        second.ready(true);
        cluster.run(BalancedNodes.DEFAULTS.settle().minusSeconds(1));
        assertThat(cluster.asked()).as("the balancer may not have seen it").isZero();
        cluster.run(LONG);
        assertThat(cluster.asked()).isPositive();
    }

    @Test
    void aNodeThatIsNotReadyAsksNobody() {
        cluster.joins(0);
        first.ready(false);
        cluster.run(LONG);
        assertThat(cluster.asked()).isZero();
    }

    @Test
    void aNodeThatStopsAsksNobodyAndIsNoPartOfTheMean() {
        Node second = cluster.joins(0);
        cluster.joins(100);
        second.balance().stop();
        cluster.run(LONG);
        assertThat(cluster.asked()).as("120 and 100 are even").isZero();
        first.balance().stop();
        cluster.run(LONG);
        assertThat(cluster.asked()).isZero();
    }

    @Test
    void withTheSwitchOffNobodyIsAsked() {
        BalanceSettings off = new BalanceSettings(
                false, 20, 24, 50, Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofSeconds(30));
        try (BalancedNodes others = new BalancedNodes(off, Balancer.ROUND_ROBIN, 7)) {
            others.joins(120);
            others.joins(0);
            others.run(LONG);
            assertThat(others.asked()).isZero();
        }
    }

    @Test
    void whereTheBalancerGivesEachClientToItsNodeAgainOnlyAFewAreAsked() {
        try (BalancedNodes sticky = new BalancedNodes(BalancedNodes.DEFAULTS, Balancer.STICKY, 7)) {
            sticky.joins(1_000);
            sticky.joins(0);
            sticky.run(Duration.ofMinutes(9));
            assertThat(sticky.asked()).isBetween(50L, 600L);
            assertThat(sticky.askedTwice()).isEmpty();
        }
    }

    @Test
    void whatIsNoReportIsNone() {
        assertThat(Report.of(new byte[0])).isNull();
        assertThat(Report.of(new byte[10])).isNull();
        assertThat(Report.of(new Report(3, 2, true, 7, -1).bytes()))
                .usingRecursiveComparison()
                .isEqualTo(new Report(3, 2, true, 7, -1));
    }
}
