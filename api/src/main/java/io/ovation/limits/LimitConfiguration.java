package io.ovation.limits;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitSettings.class)
class LimitConfiguration {
    @Bean
    Limits limits(LimitSettings settings) {
        return new Limits(settings);
    }

    @Bean
    LimitMeters limitMeters(Limits limits) {
        return limits.meters();
    }
}
