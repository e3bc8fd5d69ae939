package io.ovation.security;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use the server from a browser.
 *
 * @param allowedOrigins origins of pages on other hosts that may call this server, such as https://app.example.org;
 *     pages of its own host always may. The one entry * lets every page.
 */
@ConfigurationProperties("ovation.web")
public record WebSettings(@DefaultValue List<String> allowedOrigins) {
    public WebSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        for (String origin : allowedOrigins) {
            if (!origin.equals("*") && Origins.authority(origin) == null) {
                throw new IllegalArgumentException(
                        "ovation.web.allowed-origins: '" + origin + "' is no origin like https://app.example.org");
            }
        }
    }
}
