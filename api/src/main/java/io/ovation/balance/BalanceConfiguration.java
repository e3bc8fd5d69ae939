package io.ovation.balance;

import java.time.Duration;
import java.util.Random;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.ovation.cluster.Nodes;
import io.ovation.live.Clients;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.actuate.endpoint.ReactiveHealthEndpointWebExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BalanceSettings.class)
class BalanceConfiguration {
    private static final Duration PATIENCE = Duration.ofMillis(1_500);
    private static final int OK = 200;

    @Bean
    Balance balance(
            ObjectProvider<Nodes> nodes,
            ObjectProvider<Clients> clients,
            ObjectProvider<ReactiveHealthEndpointWebExtension> health,
            BalanceSettings settings) {
        return new Balance(
                nodes.getIfAvailable(() -> Nodes.ALONE),
                clients::stream,
                () -> ready(health),
                settings,
                Schedulers.parallel(),
                new Random());
    }

    /** Asked as a balancer asks, for parts of it become ready without an event. */
    private static Mono<Boolean> ready(ObjectProvider<ReactiveHealthEndpointWebExtension> health) {
        return Mono.justOrEmpty(health.getIfAvailable())
                .flatMap(each -> each.health(ApiVersion.LATEST, null, SecurityContext.NONE, false, "readiness"))
                .map(answer -> answer.getStatus() == OK)
                .timeout(PATIENCE);
    }

    @Bean
    MeterBinder balanceMeters(Balance balance) {
        return registry -> FunctionCounter.builder(
                        "ovation.balance.asked", balance.askedEver(), asked -> asked.sum())
                .description("Clients that were asked to come back, perhaps to another node, since others held fewer")
                .register(registry);
    }
}
