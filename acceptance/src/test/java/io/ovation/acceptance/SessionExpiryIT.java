package io.ovation.acceptance;

import java.time.Duration;
import java.time.Instant;

import io.rsocket.exceptions.ConnectionCloseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A session ends with its token, and says so; a newer token of the same user carries it on, and nothing else does. */
@ExtendWith(SharedServer.class)
class SessionExpiryIT {
    /** Long enough to connect on a machine that does other things too. */
    private static final Duration LIFE = Duration.ofSeconds(6);

    /** The five seconds that the contract gives, and what a token's whole seconds add. */
    private static final Duration EXPIRY = LIFE.plusSeconds(6);

    private static final Duration OFFLINE = Duration.ofSeconds(10);

    @Test
    void whoseTokenHasExpiredIsToldSoOnTheStreamAndOnTheConnection(People people) {
        String user = people.name("ada");
        String id = people.http("ada").opens("group", people.http("bob"));
        RSocketApi ada = people.closing(RSocketApi.connect(people.server(), user, Tokens.lasting(LIFE, user)));
        Live stream = people.closing(ada.watch(id, null));
        stream.frames().opened();
        Await.until("ada is online", Duration.ofSeconds(2), () -> status(people).equals("online"));

        assertThat(stream.frames().error(EXPIRY).path("code").asString()).isEqualTo("unauthenticated");
        assertThatThrownBy(() -> ada.closed().block(EXPIRY))
                .isInstanceOfSatisfying(
                        ConnectionCloseException.class, end -> Reply.ofRSocketError(String.valueOf(end.getMessage()))
                                .rejected("unauthenticated"));
        Await.until("ada is offline", OFFLINE, () -> status(people).equals("offline"));
    }

    @Test
    void aCutConnectionSaysNothingOfTheKind(People people) {
        RSocketApi ada = people.rsocket("ada");

        ada.cut();

        assertThat(ada.closed()
                        .onErrorResume(end -> {
                            assertThat(end).isNotInstanceOf(ConnectionCloseException.class);
                            return Mono.empty();
                        })
                        .blockOptional(Duration.ofSeconds(10)))
                .isEmpty();
    }

    @Test
    void aNewerTokenCarriesTheSessionOnAndItsUserStaysOnline(People people) {
        String user = people.name("ada");
        String id = people.http("ada").opens("group", people.http("bob"));
        RSocketApi ada = people.closing(RSocketApi.connect(people.server(), user, Tokens.lasting(LIFE, user)));
        Live stream = people.closing(ada.watch(id, null));
        stream.frames().opened();
        Await.until("ada is online", Duration.ofSeconds(2), () -> status(people).equals("online"));
        JsonNode online = presence(people);
        Instant over = Instant.now().plus(EXPIRY).plus(OFFLINE);

        refresh(ada, Tokens.of(people.name("eve"))).rejected("forbidden");
        refresh(ada, Tokens.of(user)).accepted();

        Await.until("all that the first token had is over", EXPIRY.plus(OFFLINE).plusSeconds(1), () -> Instant.now()
                .isAfter(over));
        assertThat(ada.isOpen()).isTrue();
        assertThat(presence(people)).isEqualTo(online);
        ada.says(id, "Still here");
        assertThat(stream.frames().next("message").path("body").asString()).isEqualTo("Still here");
    }

    @Test
    void theTokenOfAnotherExtendsNothing(People people) {
        String user = people.name("ada");
        RSocketApi ada = people.closing(RSocketApi.connect(people.server(), user, Tokens.lasting(LIFE, user)));

        refresh(ada, Tokens.of(people.name("eve"))).rejected("forbidden");

        assertThat(ada.isOpen()).as("as it was").isTrue();
        assertThatThrownBy(() -> ada.closed().block(EXPIRY)).isInstanceOf(ConnectionCloseException.class);
    }

    @Test
    void aStreamOfEventsJustEndsAtItsTime(People people) {
        String user = people.name("ada");
        String id = people.http("ada").opens("group");
        HttpApi ada = people.closing(new HttpApi(people.server(), user, Tokens.lasting(LIFE, user)));
        Live stream = people.closing(ada.watch(id, null));
        stream.frames().opened();

        assertThat(stream.frames().error(EXPIRY).path("code").asString()).isEqualTo("unauthenticated");
    }

    private static Reply refresh(RSocketApi api, String token) {
        return api.call("session.refresh", Json.object("token", token).toString());
    }

    private static String status(People people) {
        return presence(people).path("status").asString();
    }

    /** How ada is, as bob sees it. */
    private static JsonNode presence(People people) {
        return people.http("bob")
                .get("/api/presence?users=" + Endpoint.encode(people.name("ada")))
                .accepted()
                .body()
                .path("presence")
                .path(0);
    }
}
