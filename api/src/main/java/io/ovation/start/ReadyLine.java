package io.ovation.start;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.ReactiveHealthEndpointWebExtension;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Prints {@code ready http://…} once, when readiness is 200, with the address that the server listens on: for whoever
 * started the server and waits.
 */
@Component
final class ReadyLine {
    private static final Logger log = LoggerFactory.getLogger(ReadyLine.class);
    private static final Duration PERIOD = Duration.ofMillis(50);

    private final ReactiveHealthEndpointWebExtension health;
    private final Environment environment;
    private volatile @Nullable Disposable waiting;

    ReadyLine(ReactiveHealthEndpointWebExtension health, Environment environment) {
        this.health = health;
        this.environment = environment;
    }

    @EventListener
    void on(WebServerInitializedEvent listening) {
        int port = listening.getWebServer().getPort();
        // asked as a load balancer asks, for parts of it become ready without an event
        waiting = Flux.interval(PERIOD)
                .onBackpressureDrop()
                .concatMap(tick -> health.health(ApiVersion.LATEST, null, SecurityContext.NONE, false, "readiness"))
                .takeUntil(answer -> answer.getStatus() == 200)
                .then()
                // whoever reads the output may be slow to
                .publishOn(Schedulers.boundedElastic())
                .subscribe(never -> {}, failure -> log.error("Readiness cannot be told", failure), () -> say(port));
    }

    @EventListener
    void on(ContextClosedEvent closed) {
        Disposable running = waiting;
        if (running != null) {
            running.dispose();
        }
    }

    private void say(int port) {
        // not the log, which has a form of its own and may go elsewhere; and never closed, for it is the stream of the
        // process
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.println("ready " + (Tls.isOn(environment) ? "https" : "http") + "://" + host() + ":" + port);
    }

    private String host() {
        String address = environment.getProperty("server.address", "127.0.0.1");
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
