package io.ovation.inbox;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import io.ovation.Caller;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.inbox.InboxCommand.ReadInbox;
import io.ovation.inbox.InboxQuery.FindInbox;
import io.ovation.inbox.InboxQuery.FindNotification;
import io.ovation.inbox.InboxQuery.FindTold;
import io.ovation.inbox.InboxQuery.InboxPage;
import io.ovation.inbox.InboxQuery.Located;
import io.ovation.inbox.InboxQuery.NotificationView;
import io.ovation.inbox.InboxQuery.Told;
import io.ovation.inbox.InboxRejection.NotificationNotFound;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
class InboxFeatureTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000a";
    private static final Topic INBOX = Topic.inbox("ann");
    private static final Caller ANN = new Caller("ann", false);

    @Autowired
    private Sides.Script sides;

    @Autowired
    private Watches watches;

    private EdgeClient client;

    @BeforeEach
    void connect(@LocalServerPort int port) {
        sides.reset();
        client = new EdgeClient(port);
    }

    private EdgeClient.Reply call(String method, String path, String json) {
        return client.call(method, path, json.isEmpty() ? null : json.replace('\'', '"'), TestTokens.of("ann"));
    }

    @Test
    void aPageIsOfTheCallersOwnInbox() {
        sides.answer(new InboxPage(
                List.of(new NotificationView(
                        ID,
                        NotificationKind.like,
                        List.of("bob"),
                        3,
                        NotificationTarget.content(ID),
                        Instant.parse("2026-01-02T03:04:05.678Z"),
                        false,
                        42)),
                7,
                43));

        assertThat(call("GET", "/api/inbox?limit=10&before=" + ID, "")
                        .is(200)
                        .json()
                        .toString())
                .isEqualTo("{\"notifications\":[{\"notificationId\":\"" + ID
                        + "\",\"kind\":\"like\",\"actors\":[\"bob\"],\"count\":3,\"target\":{\"contentId\":\"" + ID
                        + "\"},\"at\":\"2026-01-02T03:04:05.678Z\",\"read\":false,\"cursor\":\""
                        + watches.cursor(INBOX, 42) + "\"}],\"unread\":7,\"cursor\":\""
                        + watches.cursor(INBOX, 43) + "\"}");
        assertThat(sides.asked()).containsExactly(new FindInbox(ANN, ID, 10));
    }

    @Test
    void readingAsksWhereTheNotificationBeganAndReadsWhatBeganUpToThere() {
        sides.answer(new Located(42));

        call("POST", "/api/inbox/read", "{'upTo':'" + ID.toUpperCase(Locale.ROOT) + "'}")
                .is(204);

        assertThat(sides.asked())
                .hasSize(2)
                .startsWith(new FindNotification(ANN, ID))
                .last()
                .isInstanceOfSatisfying(
                        ReadInbox.class,
                        read -> assertThat(read).isEqualTo(new ReadInbox("ann", ID, -1, 42L, read.at())));
    }

    @Test
    void readingByACursorReadsTheLatestThatWasToldUpToThereAndAllBefore() {
        sides.answer(new Told(ID, 42));

        call("POST", "/api/inbox/read", "{'cursor':'" + watches.cursor(INBOX, 44) + "'}")
                .is(204);

        assertThat(sides.asked())
                .hasSize(2)
                .startsWith(new FindTold(ANN, 44))
                .last()
                .isInstanceOfSatisfying(
                        ReadInbox.class,
                        read -> assertThat(read).isEqualTo(new ReadInbox("ann", ID, 42, null, read.at())));
    }

    @Test
    void whereNothingWasToldNothingIsRead() {
        sides.answer(new Told(null, -1));

        call("POST", "/api/inbox/read", "{'cursor':'" + watches.cursor(INBOX, -1) + "'}")
                .is(204);

        assertThat(sides.asked()).containsExactly(new FindTold(ANN, -1));
    }

    @Test
    void anothersCursorIsNone() {
        String cursor = watches.cursor(Topic.inbox("bob"), 44);

        assertThat(call("POST", "/api/inbox/read", "{'cursor':'" + cursor + "'}")
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("cursor");
    }

    @Test
    void whatIsNotThereIsNotFoundAndNothingIsRead() {
        sides.fail(new NotificationNotFound());

        call("POST", "/api/inbox/read", "{'upTo':'" + ID + "'}").isProblem(404, "not_found");
        assertThat(sides.asked()).containsExactly(new FindNotification(ANN, ID));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/api/inbox/read|{}|cursor",
                "POST|/api/inbox/read|{'cursor':'nope'}|cursor",
                "POST|/api/inbox/read|{'cursor':7}|cursor",
                "POST|/api/inbox/read|{'upTo':'nope'}|upTo",
                "POST|/api/inbox/read|{'upTo':7}|upTo",
                "POST|/api/inbox/read|{'upTo':null}|cursor",
                "GET|/api/inbox?before=nope|''|before",
                "GET|/api/inbox?limit=0|''|limit",
                "GET|/api/inbox?after=1|''|after"
            })
    void whatIsNotValidIsRefusedAtItsField(String method, String path, String json, String field) {
        assertThat(call(method, path, json).isProblem(400, "validation_failed").field())
                .isEqualTo(field);
        assertThat(sides.asked()).isEmpty();
    }
}
