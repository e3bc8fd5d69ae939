package io.ovation.rsocket;

import java.util.List;

import io.ovation.http.PatienceSettings;
import io.ovation.limits.LimitSettings;
import io.ovation.limits.Limits;
import io.ovation.operation.Calls;
import io.ovation.operation.Feature;
import io.ovation.operation.StrictJson;
import io.ovation.presence.Attendance;
import io.ovation.security.Origins;
import io.ovation.security.TokenVerifier;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class RSocketConfiguration {
    @Bean
    Sessions sessions() {
        return new Sessions(Schedulers.parallel());
    }

    @Bean
    NettyRouteProvider rsocketUpgrade(
            List<Feature> features,
            Calls calls,
            StrictJson json,
            TokenVerifier verifier,
            Limits limits,
            LimitSettings settings,
            Origins origins,
            Attendance attendance,
            Sessions sessions,
            PatienceSettings patience) {
        Responder responder = new Responder(features, calls, json, verifier, limits, attendance, sessions::now);
        return new Upgrade(
                responder,
                sessions,
                origins,
                limits,
                json,
                Math.toIntExact(settings.requestSize().toBytes()),
                patience.setup());
    }
}
