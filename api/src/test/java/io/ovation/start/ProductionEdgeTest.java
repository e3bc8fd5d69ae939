package io.ovation.start;

import io.ovation.Ovation;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/** A server of the profile production: what it does not have, and what it says at its start. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        classes = {Ovation.class, Sides.class},
        properties = {
            "ovation.security.jwt-secret=" + TestTokens.SECRET,
            "ovation.data=target/edge-production",
            "ovation.eventstore.url=postgresql://ovation:not-to-be-told@db.example.org:5432/ovation?x=also-not",
            "server.address=127.0.0.1"
        })
@ActiveProfiles("production")
@ContextConfiguration(initializers = {Production.class, PageSwitch.class})
@ExtendWith(OutputCaptureExtension.class)
class ProductionEdgeTest {
    @LocalServerPort
    private int port;

    @Autowired
    private ConfigurableEnvironment environment;

    @Test
    void itGivesNoTokensAndServesNoPage() {
        EdgeClient client = new EdgeClient(port);
        client.call("POST", "/api/dev/tokens", "{\"user\":\"ada\"}", TestTokens.of("ada"))
                .isProblem(404, "not_found");
        client.call("GET", "/", null, null).isProblem(404, "not_found");
        client.call("GET", "/index.html", null, null).isProblem(404, "not_found");
        client.call("GET", "/js/app.js", null, null).isProblem(404, "not_found");
        client.call("GET", "/actuator/prometheus", null, null).isProblem(401, "unauthenticated");
        client.call("GET", "/actuator/health/liveness", null, null).is(200);
    }

    @Test
    void itSaysWhatItRunsWithAndNoSecret(CapturedOutput output) {
        new RunsWith(environment).say(port);
        assertThat(output)
                .contains("Listens on 127.0.0.1 port " + port + ", without TLS")
                .contains("Tokens: HS256, one secret")
                .contains("The log: postgresql://db.example.org:5432/ovation")
                .contains("Read models: embedded, in target/edge-production")
                .contains("The page: off")
                .doesNotContain("not-to-be-told", "also-not", TestTokens.SECRET);
    }
}
