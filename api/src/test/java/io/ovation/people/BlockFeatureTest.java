package io.ovation.people;

import java.time.Instant;
import java.util.List;

import io.ovation.Caller;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.people.BlockCommand.BlockUser;
import io.ovation.people.BlockCommand.UnblockUser;
import io.ovation.people.BlockQuery.BlockPage;
import io.ovation.people.BlockQuery.BlockView;
import io.ovation.people.BlockQuery.FindBlocks;
import io.ovation.people.BlockRejection.TooManyBlocks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
class BlockFeatureTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Caller ANN = new Caller("ann", false);

    @Autowired
    private Sides.Script sides;

    private EdgeClient client;

    @BeforeEach
    void connect(@LocalServerPort int port) {
        sides.reset();
        client = new EdgeClient(port);
    }

    private EdgeClient.Reply call(String method, String path) {
        return client.call(method, path, null, TestTokens.of("ann"));
    }

    @Test
    void blocksAreTheCallersOwn() {
        call("PUT", "/api/blocks/b%2F%20c").is(204);
        call("DELETE", "/api/blocks/bob").is(204);

        assertThat(sides.asked())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(new BlockUser("ann", "b/ c", AT), new UnblockUser("ann", "bob", AT));
    }

    @Test
    void aPageTellsWhoIsBlockedAndSinceWhen() {
        sides.answer(new BlockPage(List.of(new BlockView("bob", AT)), "bob"));
        assertThat(call("GET", "/api/blocks?limit=1&after=b%20c").is(200).json().toString())
                .isEqualTo("{\"blocks\":[{\"user\":\"bob\",\"at\":\"2026-01-02T03:04:05.678Z\"}],\"next\":\"bob\"}");
        sides.answer(new BlockPage(List.of(), null));
        assertThat(call("GET", "/api/blocks").is(200).json().toString()).isEqualTo("{\"blocks\":[]}");

        assertThat(sides.asked()).containsExactly(new FindBlocks(ANN, "b c", 1), new FindBlocks(ANN, null, 50));
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/blocks/%20bob, user",
        "DELETE, /api/blocks/%20bob, user",
        "GET, /api/blocks?limit=0, limit",
        "GET, /api/blocks?after=%20b, after",
        "GET, /api/blocks?user=bob, user"
    })
    void whatIsNotValidIsRefusedAtItsField(String method, String path, String field) {
        assertThat(call(method, path).isProblem(400, "validation_failed").field())
                .isEqualTo(field);
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void aBlockTooManyIsAConflict() {
        sides.fail(new TooManyBlocks(1_000));
        call("PUT", "/api/blocks/bob").isProblem(409, "conflict");
    }
}
