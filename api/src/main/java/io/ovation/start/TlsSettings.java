package io.ovation.start;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * TLS in the server itself, with HTTP/2 for what is not a WebSocket; without a certificate a proxy has to bring it.
 *
 * @param certificate a file with the certificate and those of its chain, as PEM; read again when it changes, also where
 *     it is a link whose target changes
 * @param key a file with the certificate's private key, as PEM; read again with it
 */
@ConfigurationProperties("ovation.tls")
record TlsSettings(@Nullable Path certificate, @Nullable Path key) {}
