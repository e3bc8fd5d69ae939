package io.ovation;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.ovation.cluster.LogHead;
import io.ovation.sequence.EventPositions;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.queryhandling.QueryGateway;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ResolvableType;

/** This room as it runs in the server, on a log in memory. */
public final class QuerySide implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    public QuerySide(TestLog log, String... settings) {
        this(log, List.of(), settings);
    }

    /** @param handlers of events, beside the room's own */
    public QuerySide(TestLog log, List<?> handlers, String... settings) {
        String[] all = Stream.concat(
                        Stream.of(
                                "--axon.serializer.general=jackson3",
                                "--axon.axonserver.enabled=false",
                                "--axon.timeout.enabled=false"),
                        Arrays.stream(settings))
                .toArray(String[]::new);
        context = new SpringApplicationBuilder(Room.class)
                .properties("ovation.data=target/data/" + UUID.randomUUID())
                // on a busy machine, what others did is to be in an answer all the same
                .properties("ovation.history.others=5s")
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .initializers((ApplicationContextInitializer<GenericApplicationContext>) beans -> {
                    RootBeanDefinition eventLog = new RootBeanDefinition();
                    eventLog.setTargetType(ResolvableType.forClassWithGenerics(
                            StreamableMessageSource.class,
                            ResolvableType.forClassWithGenerics(TrackedEventMessage.class, Object.class)));
                    eventLog.setInstanceSupplier(() -> log);
                    beans.registerBeanDefinition("eventLog", eventLog);
                    LogHead head = () -> {
                        TrackingToken token = log.createHeadToken();
                        return CompletableFuture.completedFuture(
                                token == null ? -1L : token.position().orElse(-1L));
                    };
                    beans.registerBean("logHead", LogHead.class, () -> head);
                    handlers.forEach(handler -> register(beans, handler));
                    beans.registerBean("eventStore", EventStore.class, log::store);
                    beans.registerBean("eventPositions", EventPositions.class, () -> log::position);
                })
                .run(all);
    }

    @SuppressWarnings("unchecked")
    private static <T> void register(GenericApplicationContext beans, T handler) {
        Class<T> type = (Class<T>) handler.getClass();
        beans.registerBean(type.getSimpleName(), type, () -> handler);
    }

    public QueryGateway queries() {
        return context.getBean(QueryGateway.class);
    }

    public <T> Collection<T> all(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Room {}
}
