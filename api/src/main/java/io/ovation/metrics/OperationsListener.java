package io.ovation.metrics;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * Answers {@code GET /metrics} on an address of its own, with a thread of its own, so that it also answers while those
 * of the clients are busy. It starts before the server takes requests and ends after. Whether the server is well is
 * asked at the clients' port: a probe here would be answered while that one is dead.
 */
final class OperationsListener implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(OperationsListener.class);
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final OperationsSettings settings;
    private final PrometheusMeterRegistry registry;
    private volatile @Nullable LoopResources loop;
    private volatile @Nullable DisposableServer server;

    OperationsListener(OperationsSettings settings, PrometheusMeterRegistry registry) {
        this.settings = settings;
        this.registry = registry;
    }

    @Override
    public void start() {
        if (!settings.isOn()) {
            return;
        }
        LoopResources own = LoopResources.create("operations", 1, true);
        loop = own;
        try {
            server = HttpServer.create()
                    .runOn(own)
                    .bindAddress(() -> new InetSocketAddress(settings.address(), settings.port()))
                    .idleTimeout(IDLE)
                    .route(routes -> routes.get("/metrics", this::metrics))
                    .bindNow();
        } catch (RuntimeException refused) {
            stop();
            throw new OperationsUnavailable("The listener for operators cannot be had at "
                    + settings.address().getHostAddress() + " port " + settings.port()
                    + ": another process listens there, or it is no address of this machine; choose another with"
                    + " --ovation.operations.port and .address");
        }
        log.info("Metrics are at http://{}:{}/metrics", settings.address().getHostAddress(), port());
    }

    private Mono<Void> metrics(HttpServerRequest request, HttpServerResponse response) {
        // asking every gauge takes a while
        return Mono.fromCallable(() -> registry.scrape(TEXT))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(text -> response.header(HttpHeaderNames.CONTENT_TYPE, TEXT)
                        .sendString(Mono.just(text))
                        .then());
    }

    int port() {
        return Objects.requireNonNull(server).port();
    }

    @Override
    public void stop() {
        DisposableServer running = server;
        if (running != null) {
            running.disposeNow();
            server = null;
        }
        LoopResources own = loop;
        if (own != null) {
            own.dispose();
            loop = null;
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }

    /** Before the web server, and so stopped after it. */
    @Override
    public int getPhase() {
        return 0;
    }
}
