package io.ovation.cluster;

import org.springframework.context.SmartLifecycle;

/**
 * Says when this node takes commands: once all is there that handles them, and no more as soon as it begins to stop.
 * Until then, and from then on, the next node decides. For any number of threads.
 */
final class OpenForCommands implements SmartLifecycle {
    private final Nodes nodes;
    private volatile boolean running;

    OpenForCommands(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public void start() {
        running = true;
        open(true);
    }

    @Override
    public void stop() {
        running = false;
        open(false);
    }

    private void open(boolean takes) {
        if (nodes instanceof JGroupsNodes several) {
            several.takesCommands(takes);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The last to start, and the first to stop. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
