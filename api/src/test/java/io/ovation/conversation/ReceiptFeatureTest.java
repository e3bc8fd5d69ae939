package io.ovation.conversation;

import java.util.List;

import io.ovation.Caller;
import io.ovation.conversation.ConversationQuery.FindReceipts;
import io.ovation.conversation.ConversationQuery.ReceiptPage;
import io.ovation.conversation.ConversationQuery.ReceiptView;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ReceiptCommand.Acknowledge;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
class ReceiptFeatureTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000a";
    private static final String RECEIPTS = "/api/conversations/" + ID + "/receipts";

    @Autowired
    private Sides.Script sides;

    private EdgeClient client;

    @BeforeEach
    void connect(@LocalServerPort int port) {
        sides.reset();
        client = new EdgeClient(port);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'read':3}|0|3",
                "{'delivered':5}|5|0",
                "{'delivered':5,'read':null}|5|0",
                "{'delivered':7,'read':2}|7|2"
            })
    void marksGoOnAsTheyAre(String json, long delivered, long read) {
        client.call("PUT", RECEIPTS + "/me", json.replace('\'', '"'), TestTokens.of("ann"))
                .is(204);

        assertThat(sides.asked()).singleElement().isInstanceOfSatisfying(Acknowledge.class, asked -> assertThat(asked)
                .isEqualTo(new Acknowledge(ID, delivered, read, new Caller("ann", false), asked.at(), true)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|''",
                "{'read':null}|''",
                "{'read':-1}|read",
                "{'delivered':-7,'read':1}|delivered",
                "{'read':'1'}|read",
                "{'user':'bob'}|user"
            })
    void whatIsNoMarkIsRefusedAtItsField(String json, String field) {
        assertThat(client.call("PUT", RECEIPTS + "/me", json.replace('\'', '"'), TestTokens.of("ann"))
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void aRejectionIsTold() {
        sides.fail(new NotAMember());
        client.call("PUT", RECEIPTS + "/me", "{\"read\":1}", TestTokens.of("ann"))
                .isProblem(403, "forbidden");
        client.call("PUT", "/api/conversations/nope/receipts/me", "{\"read\":1}", TestTokens.of("ann"))
                .isProblem(404, "not_found");
        client.call("GET", "/api/conversations/nope/receipts", null, TestTokens.of("ann"))
                .isProblem(404, "not_found");
    }

    @Test
    void receiptsAreAnsweredAsTheyAre() {
        sides.answer(new ReceiptPage(List.of(new ReceiptView("bob", 3, 2)), null));

        assertThat(client.call("GET", RECEIPTS, null, TestTokens.of("ann"))
                        .is(200)
                        .json()
                        .toString())
                .isEqualTo("{\"receipts\":[{\"user\":\"bob\",\"delivered\":3,\"read\":2}]}");
        assertThat(sides.asked()).containsExactly(new FindReceipts(ID, new Caller("ann", false), null, 50));
    }

    @Test
    void receiptsComeInPages() {
        sides.answer(new ReceiptPage(List.of(new ReceiptView("bob", 3, 2)), "bob"));

        assertThat(client.call("GET", RECEIPTS + "?after=ann&limit=1", null, TestTokens.of("ann"))
                        .is(200)
                        .json()
                        .path("next")
                        .asString())
                .isEqualTo("bob");
        assertThat(sides.asked()).containsExactly(new FindReceipts(ID, new Caller("ann", false), "ann", 1));
        client.call("GET", RECEIPTS + "?limit=0", null, TestTokens.of("ann")).isProblem(400, "validation_failed");
        client.call("GET", RECEIPTS + "?after=%20ann", null, TestTokens.of("ann"))
                .isProblem(400, "validation_failed");
    }
}
