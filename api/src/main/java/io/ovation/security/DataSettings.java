package io.ovation.security;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the server keeps what it must not forget.
 *
 * @param data the data directory: the embedded event store and the token secret
 */
@ConfigurationProperties("ovation")
record DataSettings(@DefaultValue("data") Path data) {}
