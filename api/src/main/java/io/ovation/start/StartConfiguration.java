package io.ovation.start;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Settings that are looked at before there are any beans. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TlsSettings.class)
class StartConfiguration {}
