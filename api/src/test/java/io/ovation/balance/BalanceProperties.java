package io.ovation.balance;

import java.time.Duration;
import java.util.List;

import io.ovation.balance.BalancedNodes.Balancer;
import io.ovation.balance.BalancedNodes.Node;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import static org.assertj.core.api.Assertions.assertThat;

/** However connections are spread at first, and whatever spreads them again. */
class BalanceProperties {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(8);

    /** Each node shares by what the others told up to two seconds ago: all together ask so many and hardly more. */
    private static final long MOST_PER_SECOND = BalancedNodes.DEFAULTS.perSecond() * 12L / 10;

    @Property(tries = 40)
    void allNodesComeToHoldAboutAsManyAndThenNobodyIsAsked(
            @ForAll("spreads") List<Integer> spread, @ForAll("balancers") Balancer balancer, @ForAll long seed) {
        try (BalancedNodes cluster = cluster(spread, balancer, seed)) {
            cluster.run(LONG_ENOUGH);
            double mean = cluster.mean();
            for (Node node : cluster.nodes()) {
                boolean isEven = node.count() - mean < BalancedNodes.DEFAULTS.startAt(mean);
                boolean allWereAsked = node.watching().noneMatch(each -> each.askedAt().isEmpty());
                assertThat(isEven || allWereAsked).as("%s", cluster.held()).isTrue();
            }
            List<Integer> even = cluster.held();
            cluster.run(Duration.ofMinutes(1));
            assertThat(cluster.held()).as("it does not go on").isEqualTo(even);
            cluster.run(BalancedNodes.DEFAULTS.rest().plusMinutes(10));
            // who asked all of its clients and holds more than where a node ends goes on when they have rested
            if (even.stream().allMatch(each -> each - mean < BalancedNodes.DEFAULTS.stopAt(mean))) {
                assertThat(cluster.held()).as("nor does it go back").isEqualTo(even);
            }
        }
    }

    @Property(tries = 40)
    void nobodyIsAskedTwiceAndNoNodeGivesMoreThanItsSurplus(
            @ForAll("spreads") List<Integer> spread, @ForAll("balancers") Balancer balancer, @ForAll long seed) {
        try (BalancedNodes cluster = cluster(spread, balancer, seed)) {
            double mean = cluster.mean();
            long[] before = new long[spread.size()];
            long[] asked = {0};
            cluster.run(LONG_ENOUGH, () -> {
                for (int i = 0; i < before.length; i++) {
                    Node node = cluster.nodes().get(i);
                    long now = node.balance().askedEver().sum();
                    if (now > before[i]) {
                        assertThat((double) node.count()).as("what is left").isGreaterThan(mean - 1);
                        before[i] = now;
                    }
                }
                assertThat(cluster.asked() - asked[0])
                        .as("asked in a second, by all")
                        .isLessThanOrEqualTo(MOST_PER_SECOND);
                asked[0] = cluster.asked();
            });
            assertThat(cluster.askedTwice()).isEmpty();
            if (balancer == Balancer.LEAST_CONNECTIONS) {
                double surplus = spread.stream()
                        .mapToDouble(each -> Math.max(0, each - mean))
                        .sum();
                assertThat((double) cluster.asked()).as("asked, of all").isLessThanOrEqualTo(surplus);
            }
        }
    }

    private static BalancedNodes cluster(List<Integer> spread, Balancer balancer, long seed) {
        BalancedNodes cluster = new BalancedNodes(BalancedNodes.DEFAULTS, balancer, seed);
        spread.forEach(cluster::joins);
        return cluster;
    }

    @Provide
    Arbitrary<List<Integer>> spreads() {
        return Arbitraries.frequencyOf(
                        Tuple.of(1, Arbitraries.just(0)),
                        Tuple.of(3, Arbitraries.integers().between(0, 60)),
                        Tuple.of(3, Arbitraries.integers().between(0, 1_000)))
                .list()
                .ofMinSize(2)
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<Balancer> balancers() {
        return Arbitraries.of(Balancer.ROUND_ROBIN, Balancer.RANDOM, Balancer.LEAST_CONNECTIONS);
    }
}
