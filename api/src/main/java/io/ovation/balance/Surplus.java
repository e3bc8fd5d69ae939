package io.ovation.balance;

import java.util.Collection;

/**
 * How many clients a node asks in a second. Of one thread: it remembers whether it has begun.
 *
 * <p>Who was asked counts until the node that took it in has surely said so, and a little longer. So the mean is never
 * taken for less than it is, and a node never gives so many that it is below.
 */
final class Surplus {
    private final BalanceSettings settings;
    private boolean giving;

    Surplus(BalanceSettings settings) {
        this.settings = settings;
    }

    /**
     * How many to ask now, of one second.
     *
     * @param others those that take connections
     */
    int toAsk(Report own, Collection<Report> others) {
        double held = own.held() + others.stream().mapToLong(Report::held).sum();
        double away = own.away() + others.stream().mapToLong(Report::away).sum();
        int nodes = others.size() + 1;
        double mean = (held + away) / nodes;
        double over = own.held() - mean;
        // who has begun goes on for as long as it may have too many: those who are back count twice for a while
        giving = giving
                ? own.held() - held / nodes >= settings.stopAt(held / nodes)
                : over >= settings.startAt(mean);
        if (!giving || over < 1) {
            return 0;
        }
        double overs = over
                + others.stream()
                        .mapToDouble(each -> Math.max(0, each.held() - mean))
                        .sum();
        long share = Math.max(1, (long) (settings.perSecond() * over / overs));
        return (int) Math.min(share, (long) over);
    }

    /** It cannot be known who has too many. */
    void stop() {
        giving = false;
    }
}
