package io.ovation.http;

import java.util.List;

import io.netty.channel.ChannelPipeline;
import io.ovation.limits.LimitSettings;
import io.ovation.operation.Calls;
import io.ovation.operation.Feature;
import io.ovation.operation.Problems;
import io.ovation.operation.StrictJson;
import io.ovation.security.Origins;
import io.ovation.security.TokenIssuer;
import io.ovation.security.TokenVerifier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;
import reactor.netty.NettyPipeline;

/** HTTP over all features. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PatienceSettings.class)
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
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> connections(StrictJson json, PatienceSettings patience) {
        RequestsInTurn.TimedOut timedOut = context -> UnreadableRequests.answer(
                context,
                json,
                Problems.of(new HttpRejection.NotInTime(patience.request())).withStatus(408));
        return factory -> factory.addServerCustomizers(server -> Http1Connections.on(
                DeadLinks.on(server), pipeline -> guard(pipeline, new RequestsInTurn(patience, timedOut), json)));
    }

    /** In this order, so that the answer to what is unreadable waits for its turn too. */
    private static void guard(ChannelPipeline pipeline, RequestsInTurn requests, StrictJson json) {
        pipeline.addBefore(NettyPipeline.HttpCodec, "ovation.bytesInTurn", requests.bytes());
        pipeline.addAfter(NettyPipeline.HttpCodec, "ovation.requestsInTurn", requests);
        pipeline.addBefore(
                NettyPipeline.HttpTrafficHandler, "ovation.unreadableRequests", new UnreadableRequests(json));
    }

    /** Each {@code HEAD} as the {@code GET} that it asks about; Spring leaves out the body. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebFilter headAsGet() {
        return (exchange, chain) -> chain.filter(
                exchange.getRequest().getMethod() == HttpMethod.HEAD
                        ? exchange.mutate()
                                .request(request -> request.method(HttpMethod.GET))
                                .build()
                        : exchange);
    }

    @Bean
    RequestReader requestReader(StrictJson json, LimitSettings limits) {
        return new RequestReader(json, limits);
    }

    @Bean
    OperationRoutes operationRoutes(
            List<Feature> features, Calls calls, StrictJson json, RequestReader reader, TokenVerifier verifier) {
        return new OperationRoutes(features, calls, json, reader, verifier);
    }

    /** After the streams: a path of one's own, as {@code /api/conversations/stream}, is no name in another path. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 1)
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
