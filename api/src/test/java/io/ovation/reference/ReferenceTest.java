package io.ovation.reference;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.TreeSet;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeClient.Reply;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.WireCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@EdgeTest
class ReferenceTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private Reference reference;

    @LocalServerPort
    private int port;

    private EdgeClient client = new EdgeClient(0);

    @BeforeEach
    void connect() {
        client = new EdgeClient(port);
    }

    @Test
    void everyOperationAndStreamIsDescribed() {
        assertThat(reference.undescribed())
                .as("write a line for each into the descriptions() of its feature")
                .isEmpty();
        assertThat(reference.ofNothing())
                .as("descriptions of what is no operation's and no stream's route")
                .isEmpty();
        assertThat(reference.entries()).allSatisfy(entry -> {
            var said = entry.description();
            boolean whole = entry instanceof Reference.Entry.Watched || entry instanceof Reference.Entry.Listed
                    ? !said.frames().isEmpty()
                    : !said.answers().isEmpty();
            assertThat(whole).as("%s says what it answers, or tells", said.of()).isTrue();
            assertThat(said.summary()).as(said.of()).isNotBlank();
        });
    }

    @Test
    void everyFieldHasItsMeaning() {
        TreeSet<String> without = new TreeSet<>();
        JsonNode schemas = document("/api/openapi.json").at("/components/schemas");
        schemas.properties().forEach(schema -> schema.getValue().path("properties").properties().stream()
                .filter(field -> !field.getKey().equals("type")
                        && !field.getValue().has("description")
                        && !schema.getKey().endsWith("Frame"))
                .forEach(field -> without.add(schema.getKey() + "." + field.getKey())));
        assertThat(without).as("write a line for each into Vocabulary").isEmpty();
    }

    @Test
    void everyRequestNamesAnOperationOnce() {
        JsonNode paths = document("/api/openapi.json").path("paths");
        List<String> ids = paths.findValuesAsString("operationId");
        assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void everyExampleIsAsItsSchemaSays() {
        for (String path : List.of("/api/openapi.json", "/api/asyncapi.json")) {
            JsonNode document = document(path);
            document.findParents("example").forEach(at -> {
                if (at.has("schema")) {
                    fits(document, at.path("schema"), at.path("example"));
                }
            });
            document.findParents("examples")
                    .forEach(at -> fits(document, at.path("payload"), at.at("/examples/0/payload")));
        }
    }

    private static void fits(JsonNode document, JsonNode schema, JsonNode example) {
        ObjectNode whole = ((ObjectNode) schema).deepCopy();
        whole.set("components", document.path("components"));
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(whole)
                        .validate(example))
                .as("%s of %s", example, schema)
                .isEmpty();
    }

    @Test
    void everybodyMayReadThemAndKeepThem() {
        for (String path : List.of("/api/openapi.json", "/api/asyncapi.json")) {
            Reply first = client.call("GET", path, null, null).is(200);
            assertThat(first.header("Cache-Control")).isEqualTo("max-age=300, public");
            var again = client.request("GET", path, BodyPublishers.noBody(), null)
                    .header("If-None-Match", first.header("ETag"));
            client.exchange(again).is(304);
        }
        client.call("GET", "/api/openapi.yaml", null, null).isProblem(401, "unauthenticated");
    }

    @Test
    void aPageShowsThemWithoutAnythingInline() {
        Reply page = client.call("GET", "/docs", null, null).is(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy")).contains("script-src 'self'").doesNotContain("unsafe");
        assertThat(page.response().body()).contains("/js/docs.js").doesNotContain("style=", "<style", "onclick");
        client.call("GET", "/js/docs.js", null, null).is(200);
        client.call("GET", "/css/docs.css", null, null).is(200);
        client.call("GET", "/docs/swagger-ui.css", null, null).is(200);
        client.call("GET", "/docs/swagger-ui-bundle.js", null, null).is(200);
    }

    @Test
    void everyReferenceInThemLeadsToSomething() {
        for (String path : List.of("/api/openapi.json", "/api/asyncapi.json")) {
            JsonNode document = document(path);
            assertThat(document.findValuesAsString("$ref")).isNotEmpty().allSatisfy(ref -> {
                String pointer = ref.substring(1);
                assertThat(document.at(pointer).isMissingNode()).as(ref).isFalse();
            });
        }
    }

    @Test
    void whatIsNotDescribedFails() {
        var documents = WireCheck.of(port);
        String history = "/api/conversations/01990000-0000-7000-8000-00000000000d/messages";
        documents.http("GET", history, "", 200, "application/json", "{\"messages\":[],\"lastSeq\":0}");
        assertThatThrownBy(() -> documents.http(
                        "GET", history, "", 200, "application/json", "{\"messages\":[],\"lastSeq\":0,\"more\":1}"))
                .hasMessageContaining("more");
        assertThatThrownBy(() -> documents.http("GET", history, "", 200, "application/json", "{\"messages\":[]}"))
                .hasMessageContaining("lastSeq");
        assertThatThrownBy(() -> documents.http("GET", history, "", 409, "", ""))
                .hasMessageContaining("no such status");
        assertThatThrownBy(() -> documents.http("GET", "/api/unheard", "", 200, "", ""))
                .hasMessageContaining("no such operation");
        documents.frame("feed.watch", "{\"type\":\"start\",\"cursor\":\"AAA\"}");
        assertThatThrownBy(() -> documents.frame("feed.watch", "{\"type\":\"typing\",\"user\":\"ada\"}"))
                .hasMessageContaining("does not have");
        assertThatThrownBy(() -> documents.answer("feed.watch", "{}", "{}"));
    }

    private JsonNode document(String path) {
        return JSON.readTree(client.call("GET", path, null, null).is(200).response().body());
    }
}
