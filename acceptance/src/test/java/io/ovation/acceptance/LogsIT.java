package io.ovation.acceptance;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The log as a collector reads it: a line of JSON each, found by the id of the request, and nobody's secrets in it. */
class LogsIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String BODY = "nobody-else-reads-this-body";
    private static final String TITLE = "nobody-else-reads-this-title";
    private static final String TOKEN = Tokens.of("ada");

    private static HttpResponse<String> send(OvationServer server, String id, String method, String path, String body)
            throws Exception {
        return HttpApi.CLIENT.send(
                java.net.http.HttpRequest.newBuilder(server.uri(path))
                        .header("Authorization", "Bearer " + TOKEN)
                        .header("Content-Type", "application/json")
                        .header("X-Correlation-Id", id)
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** With more said than an operator has it say, for what is said least often is looked at least. */
    @Test
    void eachLineIsJsonAndNoneHoldsWhatSomebodySaid() throws Exception {
        OvationServer server = OvationServer.fresh("logs")
                .with("--logging.structured.format.console=ecs", "--logging.level.io.ovation=debug")
                .start();
        try (server) {
            HttpResponse<String> opened = send(
                    server,
                    "order-1",
                    "POST",
                    "/api/conversations",
                    "{\"kind\":\"group\",\"title\":\"" + TITLE + "\",\"members\":[]}");
            assertThat(opened.statusCode()).isEqualTo(201);
            assertThat(opened.headers().firstValue("X-Correlation-Id")).hasValue("order-1");
            String room = "/api/conversations/" + JSON.readTree(opened.body()).path("conversationId").asString();

            assertThat(send(server, "order-2", "POST", room + "/messages", "{\"body\":\"" + BODY + "\"}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(send(server, "order-3", "POST", room + "/messages", "{\"body\":\"" + BODY + "\",\"x\":1}")
                            .statusCode())
                    .isEqualTo(400);
            // a token is taken from the address of a stream alone
            assertThat(send(server, "order-4", "GET", "/api/nowhere?access_token=" + TOKEN, "")
                            .statusCode())
                    .isEqualTo(400);
        }
        String log = server.stdout();

        assertThat(log).doesNotContain(BODY, TITLE, TOKEN, Tokens.SECRET);
        List<JsonNode> lines = log.lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("ready "))
                .map(JSON::readTree)
                .toList();
        assertThat(lines)
                .allMatch(line -> line.hasNonNull("@timestamp") && line.hasNonNull("message"))
                .anyMatch(line -> line.path("correlationId").asString("").equals("order-3"));
    }
}
