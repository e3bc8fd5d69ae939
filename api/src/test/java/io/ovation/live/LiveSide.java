package io.ovation.live;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

import io.ovation.Caller;
import io.ovation.live.Watch.FindMissed;
import io.ovation.live.Watch.FindWatchable;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.live.Watch.Watchable;
import org.axonframework.common.Registration;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.publisher.Flux;

/** The query side of live topics on a query bus: a log in memory. Any thread appends, one at a time. */
public final class LiveSide implements AutoCloseable {
    private static final Type UPDATES = new ParameterizedTypeReference<Flux<Update>>() {}.getType();

    private final List<Update> log = new CopyOnWriteArrayList<>();
    private final QueryUpdateEmitter emitter;
    private final List<Registration> registrations;
    private final Map<Topic, Supplier<@Nullable RuntimeException>> refusedTopics = new ConcurrentHashMap<>();
    private volatile Function<Caller, @Nullable RuntimeException> refusal = caller -> null;

    public LiveSide(QueryBus bus, QueryUpdateEmitter emitter) {
        this.emitter = emitter;
        this.registrations = List.of(
                bus.<Watchable>subscribe(FindWatchable.class.getName(), Watchable.class, message -> {
                    FindWatchable query = (FindWatchable) message.getPayload();
                    RuntimeException refused = refusedTopics.getOrDefault(
                            query.topic(), () -> refusal.apply(query.by())).get();
                    if (refused != null) {
                        throw refused;
                    }
                    return new Watchable(log.size() - 1L);
                }),
                bus.<Flux<Update>>subscribe(FindMissed.class.getName(), UPDATES, message -> {
                    FindMissed query = (FindMissed) message.getPayload();
                    return Flux.fromStream(() -> log.stream()
                            .filter(update -> update.topic().equals(query.topic()))
                            .filter(update -> update.sequence() > query.after()));
                }));
    }

    /** Rejects whoever wants to watch a topic from now on. */
    public void refuse(Topic topic, RuntimeException refused) {
        refusedTopics.put(topic, () -> refused);
    }

    /** Rejects those for whom there is an exception. */
    public void refuse(Function<Caller, @Nullable RuntimeException> refused) {
        refusal = refused;
    }

    /**
     * Records a redaction of message {@code seq} with an id as long as it takes for a frame of about {@code size}
     * bytes, and tells it.
     */
    public void append(Topic topic, long seq, int size) {
        append(topic, new Frame.MessageRedacted(topic.id(), "m".repeat(Math.max(1, size - 150)), seq));
    }

    public void append(Topic topic, Frame frame) {
        Update update = new Update(topic, log.size(), frame);
        log.add(update);
        emitter.emit(WatchTopic.class, query -> query.topic().equals(topic), update);
    }

    @Override
    public void close() {
        registrations.forEach(Registration::cancel);
    }
}
