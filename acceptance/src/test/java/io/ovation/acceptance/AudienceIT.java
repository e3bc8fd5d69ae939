package io.ovation.acceptance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Hundreds of connections that come to a channel and go, over real sockets; of more, {@code bench audience} tells. */
@ExtendWith(SharedServer.class)
class AudienceIT {
    private static final Duration EXACT_WITHIN = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 300;

    /** By another transport, each with a connection of its own. */
    private static final int OVER_HTTP = 20;

    private static final int WAVES = 3;

    @Test
    void howManyWatchIsExactWithinTwoSecondsOfComingAndOfGoing(People people) {
        Api ada = people.rsocket("ada");
        String id = ada.opens("channel");
        List<RSocketApi> others = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            others.add(people.rsocket("other" + i));
        }
        List<HttpApi> overHttp = new ArrayList<>();
        for (int i = 0; i < OVER_HTTP; i++) {
            overHttp.add(people.http("http" + i));
        }
        try (Live stays = ada.watch(id, null)) {
            isExact(ada, id, stays, 1);
            for (int wave = 0; wave < WAVES; wave++) {
                List<Live> streams = new ArrayList<>();
                for (Api each : others) {
                    streams.add(each.watch(id, null));
                    // a second stream of a connection is nobody more
                    if (streams.size() % 10 == 0) {
                        streams.add(each.watch(id, null));
                    }
                }
                overHttp.forEach(each -> streams.add(each.watch(id, null)));
                streams.forEach(each -> each.frames().opened());
                isExact(ada, id, stays, 1 + CONNECTIONS + OVER_HTTP);
                // over RSocket the connection stays, and the next wave has it
                streams.forEach(Live::close);
                isExact(ada, id, stays, 1);
            }
            List<Live> streams = new ArrayList<>();
            others.forEach(each -> streams.add(each.watch(id, null)));
            streams.forEach(each -> each.frames().opened());
            isExact(ada, id, stays, 1 + CONNECTIONS);
            streams.forEach(Live::cut);
            isExact(ada, id, stays, 1);
        }
    }

    private static void isExact(Api asking, String id, Live stays, int watching) {
        Instant since = Instant.now();
        long told = stays.frames().nextOf("audience").path("watching").asLong();
        while (told != watching) {
            told = stays.frames().nextOf("audience").path("watching").asLong();
        }
        assertThat(Duration.between(since, Instant.now())).isLessThan(EXACT_WITHIN);
        JsonNode here = asking.call(Endpoint.HERE, Map.of("id", id), Json.object())
                .accepted()
                .body();
        assertThat(here.path("watching").asLong()).isEqualTo(watching);
        assertThat(here.path("users")).hasSize(Math.min(200, watching));
        assertThat(here.path("users").valueStream().distinct()).hasSize(here.path("users").size());
    }
}
