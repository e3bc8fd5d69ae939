package io.ovation.acceptance;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What can't be read from the log is turned down alike as lines, as SSE and over RSocket, and is no reading. */
@ExtendWith(SharedServer.class)
class ReplayErrorsIT {
    private static final String LINES = "/api/events";
    private static final String SSE = "/api/events/stream";
    private static final String ROUTE = "events.replay";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=0 | {'limit':0} | limit",
                "limit=x | {'limit':'x'} | limit",
                "from=yesterday | {'from':'yesterday'} | from",
                "from=2026-01-02 | {'from':'2026-01-02'} | from",
                "to=2026-13-02T03:04:05Z | {'to':'2026-13-02T03:04:05Z'} | to",
                "from=2026-01-02T03:04:05Z&to=2026-01-02T03:04:04Z | "
                        + "{'from':'2026-01-02T03:04:05Z','to':'2026-01-02T03:04:04Z'} | to",
                "types=Nope | {'types':['Nope']} | types[0]",
                "types=MessageSent,Nope | {'types':['MessageSent','Nope']} | types[1]",
                "aggregate= | {'aggregate':''} | aggregate",
                "colour=red | {'colour':'red'} | colour"
            })
    void aFilterThatIsWrongIsToldByItsField(String query, String data, String field, People people) {
        String json = data.replace('\'', '"');
        HttpApi http = people.http("ann", "analyst");
        RSocketApi rsocket = people.rsocket("ann", "analyst");
        for (Reply reply : List.of(
                http.get(LINES + "?" + query),
                sse(http, "?" + query),
                stream(rsocket, json),
                stream(rsocket, following(json)))) {
            assertThat(reply.rejected("validation_failed")
                            .body()
                            .path("errors")
                            .path(0)
                            .path("field")
                            .asString())
                    .isEqualTo(field);
        }
        assertNothingWasRead(people, "ann");
    }

    @Test
    void onlyWhoHasTheRoleReads(People people) {
        HttpApi http = people.http("bob", "user");
        RSocketApi rsocket = people.rsocket("bob", "user");
        for (Reply reply :
                List.of(http.get(LINES), sse(http, ""), stream(rsocket, "{}"), stream(rsocket, "{\"follow\":true}"))) {
            reply.rejected("forbidden");
        }
        assertNothingWasRead(people, "bob");
    }

    @Test
    void aTokenThatHasExpiredOpensNothing(People people) {
        String user = people.name("ann");
        HttpApi http = people.closing(
                new HttpApi(people.server(), user, Tokens.lasting(Duration.ofSeconds(-60), user, "analyst")));
        http.get(LINES).rejected("unauthenticated");
        sse(http, "").rejected("unauthenticated");
        assertNothingWasRead(people, "ann");
    }

    private static Reply stream(RSocketApi api, String data) {
        return Reply.ofRSocketError(api.stream(ROUTE, data, 1).frames().error().toString());
    }

    private static Reply sse(HttpApi api, String query) {
        try (SseStream opened = SseStream.open(api.request(SSE + query))) {
            throw new AssertionError("Not refused, but opened: " + query);
        } catch (SseStream.Refused refused) {
            return refused.reply();
        }
    }

    private static String following(String data) {
        return data.replaceFirst("}$", ",\"follow\":true}");
    }

    private static void assertNothingWasRead(People people, String user) {
        assertThat(people.http("auditor", "analyst")
                        .get(LINES + "?types=LogAccessed")
                        .accepted()
                        .text())
                .doesNotContain(people.name(user));
    }
}
