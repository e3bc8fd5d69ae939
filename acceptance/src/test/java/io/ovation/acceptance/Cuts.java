package io.ovation.acceptance;

import java.io.IOException;
import java.util.List;

/**
 * Cuts nodes of this machine off from each other, or from what they share, as a broken network does: what is sent is
 * lost without a word. Each node has a loopback address of its own for that, from which it speaks with PostgreSQL and
 * the other nodes. It changes the rules of the network that this process is in, which is to be one of its own: {@code
 * unshare --net sh -c 'ip link set lo up; ip rule add pref 100 lookup local; ip rule del pref 0; …'} with {@code
 * -Dovation.chaos.cuts=true}. For one thread.
 */
final class Cuts {
    /** Whether whoever started this process has given it such a network. */
    static final boolean POSSIBLE = Boolean.getBoolean("ovation.chaos.cuts");

    private static final String NODES = "127.0.1.0/24";
    private static final String STORE = "127.0.0.1";

    private Cuts() {}

    /** The address of the node with that number, from 0. */
    static String addressOf(int node) {
        return POSSIBLE ? "127.0.1." + (node + 1) : "127.0.0.1";
    }

    /** Before the first node starts. */
    static void prepare(SharedStore store) throws IOException, InterruptedException {
        if (POSSIBLE) {
            store.letIn(NODES);
        }
    }

    static void betweenNodes(int node, boolean cut) throws IOException, InterruptedException {
        lose(addressOf(node), NODES, cut);
        lose(NODES, addressOf(node), cut);
    }

    static void fromStore(int node, boolean cut) throws IOException, InterruptedException {
        lose(addressOf(node), STORE, cut);
        lose(STORE, addressOf(node), cut);
    }

    private static void lose(String from, String to, boolean cut) throws IOException, InterruptedException {
        List<String> command =
                List.of("ip", "rule", cut ? "add" : "del", "pref", "10", "from", from, "to", to, "blackhole");
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + status);
        }
    }
}
