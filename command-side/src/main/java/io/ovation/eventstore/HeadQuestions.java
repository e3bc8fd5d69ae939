package io.ovation.eventstore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.ovation.Unavailable;
import io.ovation.cluster.LogHead;

/**
 * Asks the database how far the log goes, where other nodes append, too. One question is under way at a time, and the
 * next serves all who have come meanwhile: theirs has to be put after they asked. For any number of threads.
 */
final class HeadQuestions implements LogHead, AutoCloseable {
    private final LongSupplier head;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("log-head-", 0).factory());
    private final ReentrantLock lock = new ReentrantLock();

    // guarded by it
    private List<CompletableFuture<Long>> waiting = new ArrayList<>();
    private boolean asking;

    /** @param head asks; may block */
    HeadQuestions(LongSupplier head) {
        this.head = head;
    }

    @Override
    public CompletionStage<Long> now() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        lock.lock();
        try {
            waiting.add(answer);
            if (!asking) {
                asking = true;
                threads.execute(this::askForAll);
            }
        } finally {
            lock.unlock();
        }
        return answer;
    }

    private void askForAll() {
        for (List<CompletableFuture<Long>> all = next(); !all.isEmpty(); all = next()) {
            try {
                long found = head.getAsLong();
                all.forEach(each -> each.complete(found));
            } catch (RuntimeException e) {
                Unavailable why = e instanceof Unavailable known ? known : LogTable.unreadable(e);
                all.forEach(each -> each.completeExceptionally(why));
            }
        }
    }

    private List<CompletableFuture<Long>> next() {
        lock.lock();
        try {
            List<CompletableFuture<Long>> all = waiting;
            waiting = new ArrayList<>();
            asking = !all.isEmpty();
            return all;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
