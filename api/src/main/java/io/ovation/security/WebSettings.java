package io.ovation.security;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use the server from a browser, and through which proxies.
 *
 * @param allowedOrigins origins of pages on other hosts that may call this server, such as https://app.example.org;
 *     pages of its own host always may. The one entry * lets every page.
 * @param trustedProxies addresses and ranges (192.0.2.7, 10.0.0.0/8, 2001:db8::/32) of the proxies before this server.
 *     From them, and from nobody else, X-Forwarded-For and X-Forwarded-Proto are believed: the client is the last
 *     address of X-Forwarded-For that is no trusted proxy's.
 * @param page whether the page is served at /; false in the profile production
 */
@ConfigurationProperties("ovation.web")
public record WebSettings(
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("true") boolean page) {
    public WebSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
        for (String origin : allowedOrigins) {
            if (!origin.equals("*") && Origins.authority(origin) == null) {
                throw new IllegalArgumentException(
                        "ovation.web.allowed-origins: '" + origin + "' is no origin like https://app.example.org");
            }
        }
        for (String range : trustedProxies) {
            if (AddressRange.parse(range) == null) {
                throw new IllegalArgumentException("ovation.web.trusted-proxies: '" + range
                        + "' is no address like 192.0.2.7 and no range like 10.0.0.0/8");
            }
        }
    }
}
