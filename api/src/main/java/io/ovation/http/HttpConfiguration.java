package io.ovation.http;

import java.util.List;

import io.ovation.limits.LimitSettings;
import io.ovation.operation.Calls;
import io.ovation.operation.Feature;
import io.ovation.operation.StrictJson;
import io.ovation.security.Origins;
import io.ovation.security.TokenIssuer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** HTTP over all features. */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    CorrelationFilter correlationFilter() {
        return new CorrelationFilter();
    }

    /** Before the one of Spring Boot, which writes errors in a form of its own. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ProblemHandler problemHandler(StrictJson json) {
        return new ProblemHandler(json);
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> unreadableRequests(StrictJson json) {
        return factory -> factory.addServerCustomizers(server -> ReadsOn.on(UnreadableRequests.on(server, json)));
    }

    @Bean
    RequestReader requestReader(StrictJson json, LimitSettings limits) {
        return new RequestReader(json, limits);
    }

    @Bean
    OperationRoutes operationRoutes(List<Feature> features, Calls calls, StrictJson json, RequestReader reader) {
        return new OperationRoutes(features, calls, json, reader);
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RouterFunction<ServerResponse> operations(OperationRoutes routes) {
        return routes.routes();
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    RouterFunction<ServerResponse> everythingElse(OperationRoutes routes) {
        return routes.rest();
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RouterFunction<ServerResponse> devTokens(
            ObjectProvider<TokenIssuer> issuers,
            Origins origins,
            StrictJson json,
            RequestReader reader,
            LimitSettings limits) {
        TokenIssuer issuer = issuers.getIfAvailable();
        return issuer == null ? request -> Mono.empty() : new DevTokens(issuer, origins, json, reader, limits).routes();
    }
}
