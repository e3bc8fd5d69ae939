package io.ovation.operation;

import java.time.Clock;

import io.ovation.admission.FairAdmission;
import io.ovation.limits.Limits;
import io.ovation.trace.Traces;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryGateway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(QuerySettings.class)
class OperationConfiguration {
    @Bean
    StrictJson strictJson() {
        return new StrictJson();
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Gateways gateways(
            CommandGateway commands, QueryGateway queries, QuerySettings settings, ObjectProvider<Traces> traces) {
        return new Gateways(
                commands,
                queries,
                new FairAdmission(settings.inFlight(), settings.waiting()),
                traces.getIfAvailable(() -> Traces.OFF));
    }

    @Bean
    Calls calls(Limits limits, OperationMeters meters, ObjectProvider<Traces> traces) {
        return new Calls(limits, meters, traces.getIfAvailable(() -> Traces.OFF));
    }

    @Bean
    OperationMeters operationMeters() {
        return new OperationMeters();
    }

    /** Before the first request, whose event loop must not wait. */
    @Bean
    SmartInitializingSingleton bodiesOfRequests(StrictJson json, ObjectProvider<Feature> features) {
        return () -> features.forEach(feature -> {
            feature.operations().forEach(each -> json.prepare(each.body()));
            feature.streams().forEach(each -> json.prepare(each.body()));
            feature.lines().forEach(each -> json.prepare(each.body()));
        });
    }

    @Bean
    SmartInitializingSingleton logsUnderCorrelationId(CommandBus commands, QueryBus queries) {
        return () -> {
            LogCorrelation interceptor = new LogCorrelation();
            commands.registerHandlerInterceptor(interceptor);
            queries.registerHandlerInterceptor(interceptor);
        };
    }
}
