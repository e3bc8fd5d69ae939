package io.ovation.acceptance;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator keeps for admins is for them, and for those whose token adds it. */
class PoliciesIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static OvationServer server;

    @BeforeAll
    static void start() {
        server = OvationServer.fresh("policies")
                .with("--ovation.policy.open.channel=admin", "--ovation.policy.publish=admin")
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String token(String user, String... may) {
        var claims = Tokens.claims(user, HOUR);
        claims.set("may", Json.object("may", List.of(may)).get("may"));
        return Tokens.signed(claims, Tokens.SECRET);
    }

    @ParameterizedTest
    @EnumSource
    void channelsAndContentsAreForAdminsAndWhomATokenLets(Transport transport) {
        try (Api ada = transport.connect(server, "ada", Tokens.of("ada"));
                Api root = transport.connect(server, "root", Tokens.of("root", "admin"));
                Api bob = transport.connect(server, "bob", token("bob", "open:channel"));
                Api eve = transport.connect(server, "eve", token("eve", "publish", "something else"))) {
            ada.opens("group", bob);
            ada.opens("direct", bob);
            channel(ada).rejected("forbidden");
            publish(ada).rejected("forbidden");
            channel(root).accepted();
            publish(root).accepted();
            channel(bob).accepted();
            publish(bob).rejected("forbidden");
            channel(eve).rejected("forbidden");
            publish(eve).accepted();
        }
    }

    @Test
    void whatTheRefreshedTokenAddsCountsFromThenOn() {
        try (RSocketApi ada = RSocketApi.connect(server, "ada", Tokens.of("ada"))) {
            channel(ada).rejected("forbidden");
            refresh(ada, token("ada", "open:channel"));
            channel(ada).accepted();
            refresh(ada, Tokens.of("ada"));
            channel(ada).rejected("forbidden");
        }
    }

    private static void refresh(RSocketApi user, String token) {
        user.call("session.refresh", Json.object("token", token).toString()).accepted();
    }

    private static Reply channel(Api user) {
        return user.open(Json.object("kind", "channel", "title", "All"));
    }

    private static Reply publish(Api user) {
        return user.call(Endpoint.PUBLISH, Map.of(), Json.object("title", "Tea", "body", "at five"));
    }
}
