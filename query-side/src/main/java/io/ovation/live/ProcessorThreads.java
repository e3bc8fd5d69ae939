package io.ovation.live;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;

/**
 * The two threads of a {@link PooledStreamingEventProcessor} with one segment: one reads the log, the other handles.
 *
 * <p>Axon's coordinator lays itself to sleep for 100 ms when 1,024 events wait to be handled, and nothing wakes it
 * earlier: that alone would hold a processor under 12,000 events/s, and a burst would stop the live push for as long.
 * It also backs off for up to a minute after errors. Here it sleeps 1 ms and 5 s.
 */
public final class ProcessorThreads {
    /** What the coordinator asks for when the queue is full; it asks for no other delay of this length. */
    private static final long FULL_QUEUE_MILLIS = 100;

    private static final long FULL_QUEUE_WAIT_MILLIS = 1;
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    private ProcessorThreads() {}

    /** Gives the processor its threads, which end after it. */
    public static PooledStreamingEventProcessor.Builder configure(
            PooledStreamingEventProcessor.Builder processor, Configuration configuration, String name) {
        Coordinator coordinator = new Coordinator(name);
        ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name(name).daemon().factory());
        configuration.onShutdown(coordinator::shutdown);
        configuration.onShutdown(worker::shutdown);
        return processor.coordinatorExecutor(coordinator).workerExecutor(worker);
    }

    private static final class Coordinator extends ScheduledThreadPoolExecutor {
        Coordinator(String name) {
            super(1, Thread.ofPlatform().name(name + "-log").daemon().factory());
            setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            // the log may wake a processor that has just ended, and must not be told off for it
            setRejectedExecutionHandler(new DiscardPolicy());
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            long millis = unit.toMillis(delay);
            long wait = millis == FULL_QUEUE_MILLIS ? FULL_QUEUE_WAIT_MILLIS : Math.min(millis, LONGEST_WAIT_MILLIS);
            return super.schedule(command, wait, TimeUnit.MILLISECONDS);
        }
    }
}
