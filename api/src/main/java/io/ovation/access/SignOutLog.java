package io.ovation.access;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.ovation.Caller;
import io.ovation.access.AccessCommand.SignOutUser;
import io.ovation.access.AccessEvent.UserSignedOut;
import io.ovation.operation.Gateways;
import io.ovation.replay.EventFilter;
import io.ovation.replay.ReplayQuery.EventLine;
import io.ovation.replay.ReplayQuery.EventPage;
import io.ovation.replay.ReplayQuery.FindEvents;
import io.ovation.replay.ReplayQuery.FindLogRange;
import io.ovation.replay.ReplayQuery.FollowAggregate;
import io.ovation.replay.ReplayQuery.LogRange;
import io.ovation.security.SignOuts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads from the log whom admins have signed out: all of it at the start, then what any node adds. One page at a time,
 * on the threads of who reads the log; started and stopped with the server.
 */
@Component
final class SignOutLog implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(SignOutLog.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final EventFilter SIGN_OUTS = new EventFilter(null, null, List.of(), SignOutUser.SIGN_OUTS);
    private static final String TYPE = UserSignedOut.class.getSimpleName();

    /** Nobody's user: whoever asks here is the server itself. */
    private static final Caller SERVER = new Caller("", true);

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(1);

    private final Gateways gateways;
    private final SignOuts signOuts;
    private final BeanFactory beans;
    private final Disposable.Swap reading = Disposables.swap();
    private volatile boolean running;

    SignOutLog(Gateways gateways, SignOuts signOuts, BeanFactory beans) {
        this.gateways = gateways;
        this.signOuts = signOuts;
        this.beans = beans;
    }

    @Override
    public void start() {
        running = true;
        if (!beans.containsBean("eventLog")) {
            // the edge alone, as in its tests
            signOuts.known();
            return;
        }
        reading.update(Mono.defer(() -> gateways.ask(new FindLogRange(SIGN_OUTS, null, null, SERVER), LogRange.class))
                .flatMapMany(this::read)
                .doOnNext(this::take)
                // it never ends, but fails where the log gets another id or cannot be read; then all is read again
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                        .maxBackoff(LAST_RETRY)
                        .transientErrors(true)
                        .doBeforeRetry(failed -> log.debug("Sign-outs are read again", failed.failure())))
                .subscribe());
    }

    private Flux<EventPage> read(LogRange range) {
        Flux<EventPage> before = range.end() > range.after()
                ? gateways.stream(
                        new FindEvents(SIGN_OUTS, range.after(), range.end(), null, range.log(), SERVER),
                        EventPage.class)
                : Flux.empty();
        return before.concatWith(Flux.defer(() -> {
            signOuts.known();
            return gateways.stream(
                    new FollowAggregate(
                            SignOutUser.SIGN_OUTS, Math.max(range.after(), range.end()), range.log(), SERVER),
                    EventPage.class);
        }));
    }

    private void take(EventPage page) {
        for (EventLine line : page.lines()) {
            JsonNode event = JSON.readTree(line.json());
            if (event.path("type").asString("").equals(TYPE)) {
                JsonNode payload = event.path("payload");
                signOuts.add(
                        payload.path("user").asString(),
                        Instant.parse(payload.path("at").asString()));
            }
        }
    }

    @Override
    public void stop() {
        running = false;
        reading.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
