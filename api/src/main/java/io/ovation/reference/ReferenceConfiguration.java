package io.ovation.reference;

import java.util.List;

import io.ovation.limits.LimitSettings;
import io.ovation.operation.Feature;
import io.ovation.operation.StrictJson;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The server's description of itself. */
@Configuration(proxyBeanMethods = false)
class ReferenceConfiguration {
    @Bean
    Reference reference(List<Feature> features) {
        return new Reference(features);
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RouterFunction<ServerResponse> references(Reference reference, LimitSettings limits, StrictJson json) {
        return new ReferenceRoutes(new OpenApi(reference, limits), new AsyncApi(reference, limits), json).routes();
    }

    /** The page that shows them; its parts lie beside those of the page at /, and are gone with it. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @ConditionalOnBooleanProperty(name = "ovation.web.page", matchIfMissing = true)
    RouterFunction<ServerResponse> referencePage() {
        return new ReferencePage().routes();
    }
}
