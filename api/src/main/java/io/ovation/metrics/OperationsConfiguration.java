package io.ovation.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OperationsSettings.class)
class OperationsConfiguration {
    @Bean
    OperationsListener operationsListener(OperationsSettings settings, PrometheusMeterRegistry registry) {
        return new OperationsListener(settings, registry);
    }
}
