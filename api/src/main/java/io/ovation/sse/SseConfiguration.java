package io.ovation.sse;

import java.util.List;

import io.ovation.http.PatienceSettings;
import io.ovation.limits.Limits;
import io.ovation.operation.Calls;
import io.ovation.operation.Feature;
import io.ovation.operation.StrictJson;
import io.ovation.presence.Attendance;
import io.ovation.security.TokenVerifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class SseConfiguration {
    @Bean
    SseStreams sseStreams(
            StrictJson json, Attendance attendance, PatienceSettings patience, TokenVerifier verifier) {
        return new SseStreams(json, attendance, patience.unread(), verifier::hasEnded, Schedulers.parallel());
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RouterFunction<ServerResponse> liveStreams(
            List<Feature> features, Calls calls, StrictJson json, Limits limits, SseStreams streams) {
        return new SseRoutes(features, calls, json, limits, streams).routes();
    }
}
