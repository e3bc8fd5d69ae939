package io.ovation.start;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

/**
 * Says at the start of a server of the profile production, in a line each, what it runs with; never a secret. Called by
 * the thread that starts the server.
 */
@Component
final class RunsWith {
    private static final Logger log = LoggerFactory.getLogger(RunsWith.class);
    private static final Pattern CREDENTIALS = Pattern.compile("//[^/?]*@");

    private static final String SECRETS = "ovation.security.jwt-secrets-directory";

    private final ConfigurableEnvironment environment;

    RunsWith(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @EventListener
    void on(WebServerInitializedEvent listening) {
        if (environment.acceptsProfiles(Profiles.of(Production.PROFILE))) {
            say(listening.getWebServer().getPort());
        }
    }

    void say(int port) {
        log.info(
                "Listens on {} port {}, {}",
                text("server.address", "all addresses"),
                port,
                Tls.isOn(environment) ? "with TLS" : "without TLS, which a proxy before it has to bring");
        log.info("Proxies that are believed: {}", list("ovation.web.trusted-proxies", "none"));
        log.info("Origins of pages on other hosts: {}", list("ovation.web.allowed-origins", "none"));
        log.info("Tokens: {}", tokens());
        log.info("The log: {}", place(Production.STORE, "an embedded PostgreSQL in " + data()));
        log.info("Read models: {}", place(Production.DOCUMENTS, "embedded, in " + data()));
        log.info("Limits: {}", on("ovation.limits.enabled", true));
        log.info("The page: {}", on("ovation.web.page", true));
    }

    private String tokens() {
        String audience = "audience " + text("ovation.security.audience", "any") + ", issuer "
                + text("ovation.security.issuer", "any");
        if (Production.isSet(environment, "ovation.security.jwks-uri")) {
            return "signed by the keys of " + text("ovation.security.jwks-uri", "") + ", " + audience;
        }
        BindResult<Map<String, String>> bound = Binder.get(environment)
                .bind("ovation.security.jwt-secrets", Bindable.mapOf(String.class, String.class));
        Map<String, String> keys = bound.isBound() ? bound.get() : Map.of();
        boolean usual = Production.isSet(environment, "ovation.security.jwt-secret");
        return "HS256, " + (usual ? "one secret" : "no usual secret")
                + (keys.isEmpty() ? "" : " and those of the kids " + String.join(", ", new TreeSet<>(keys.keySet())))
                + (Production.isSet(environment, SECRETS) ? " and those in " + text(SECRETS, "") : "")
                + ", " + audience;
    }

    /** An address without the user, the password and whatever else might be one. */
    private String place(String name, String otherwise) {
        String address = environment.getProperty(name, "");
        return address.isBlank()
                ? otherwise
                : CREDENTIALS.matcher(address).replaceFirst("//").replaceFirst("\\?.*", "");
    }

    private String data() {
        return text("ovation.data", "data");
    }

    private String text(String name, String otherwise) {
        String value = environment.getProperty(name, "");
        return value.isBlank() ? otherwise : value;
    }

    private String list(String name, String otherwise) {
        BindResult<List<String>> bound = Binder.get(environment).bind(name, Bindable.listOf(String.class));
        String all = bound.isBound() ? String.join(", ", bound.get()) : "";
        return all.isEmpty() ? otherwise : all;
    }

    private String on(String name, boolean otherwise) {
        return environment.getProperty(name, Boolean.class, otherwise) ? "on" : "off";
    }
}
