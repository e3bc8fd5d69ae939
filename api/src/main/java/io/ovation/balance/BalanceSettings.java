package io.ovation.balance;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Balance of connections over several nodes: one that holds well more than the mean asks the surplus to come back.
 *
 * @param enabled whether this node asks anybody; the others are told how many it holds all the same
 * @param margin percent above the mean from which on a node asks; it goes on to a quarter of that
 * @param least connections above the mean below which a node asks nobody, however few there are: chance alone makes
 *     small numbers uneven
 * @param perSecond clients that all nodes together ask a second, about; as many as one node lets in from one address
 * @param stay how long a connection must have been open
 * @param rest how long a client that was asked is not asked again, on whichever node it is
 * @param settle how long the nodes that are ready must have been the same: a balancer needs a while to see them
 */
@ConfigurationProperties("ovation.balance")
record BalanceSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("20") int margin,
        @DefaultValue("24") int least,
        @DefaultValue("50") int perSecond,
        @DefaultValue("1m") Duration stay,
        @DefaultValue("10m") Duration rest,
        @DefaultValue("30s") Duration settle) {
    private static final double PERCENT = 100;
    private static final int STOP_SHARE = 4;

    BalanceSettings {
        atLeast("margin", margin, 1);
        atLeast("least", least, 1);
        atLeast("per-second", perSecond, 1);
        atLeast("stay", stay.toMillis(), 0);
        atLeast("rest", rest.toMillis(), 1);
        atLeast("settle", settle.toMillis(), 0);
    }

    private static void atLeast(String name, long value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("ovation.balance." + name + " must be at least " + least);
        }
    }

    /** How far above the mean a node must be to begin. */
    double startAt(double mean) {
        return Math.max(least, mean * margin / PERCENT);
    }

    /** How far above the mean a node ends that has begun: well below, or chance would have it begin again. */
    double stopAt(double mean) {
        return Math.max(1, startAt(mean) / STOP_SHARE);
    }
}
