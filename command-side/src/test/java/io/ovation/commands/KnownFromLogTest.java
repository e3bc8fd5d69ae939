package io.ovation.commands;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** What is known from the log is never older than what this node has recorded. */
class KnownFromLogTest {
    private final EmbeddedEventStore store = EmbeddedEventStore.builder()
            .storageEngine(new InMemoryEventStorageEngine())
            .build();
    private final AtomicReference<String> inLog = new AtomicReference<>("there");

    private static EventMessage<?> change() {
        return GenericEventMessage.asEventMessage("content");
    }

    @Test
    void whatALookUpFoundBeforeAChangeIsNotKept() throws Exception {
        CountDownLatch found = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        KnownFromLog<String> known =
                new KnownFromLog<>(store, event -> Optional.of((String) event.getPayload()), id -> {
                    String value = Objects.requireNonNull(inLog.get());
                    found.countDown();
                    await(goOn);
                    return Optional.of(value);
                });
        CompletableFuture<Optional<String>> lookUp = CompletableFuture.supplyAsync(() -> known.find("content"));
        assertThat(found.await(20, TimeUnit.SECONDS)).isTrue();

        inLog.set("retracted");
        Thread change = Thread.ofPlatform().start(() -> store.publish(change()));
        // it waits for the look-up; one that does not wait has ended by itself
        while (change.isAlive()
                && change.getState() != Thread.State.BLOCKED
                && change.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        change.join();

        assertThat(lookUp.get(20, TimeUnit.SECONDS)).contains("there");
        assertThat(known.find("content")).contains("retracted");
    }

    @Test
    void anEventThatCannotBeLookedAtFailsNoCommand() {
        var unused = new KnownFromLog<String>(
                store,
                event -> {
                    throw new IllegalStateException("a fault");
                },
                id -> Optional.empty());
        assertThatCode(() -> store.publish(change())).doesNotThrowAnyException();
        assertThat(unused.find("content")).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
