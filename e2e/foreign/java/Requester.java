import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.util.MimeTypeUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import module java.net.http;

/*
 * Spring's RSocketRequester against a running Ovation: it sends, watches over a line that is cut again and again, goes
 * on from its cursor, and has to be told each message once, in order.
 */

static final int ROUNDS = 6;
static final int LIVE = 10;
static final int READ = 7;
static final int MISSED = 5;
static final int MESSAGES = ROUNDS * (LIVE + MISSED);
static final Duration PATIENCE = Duration.ofSeconds(30);

record Opened(String conversationId) {}

record Frame(String type, String cursor, Integer seq) {}

String token;
RSocketRequester ada;
String room;
String cursor;
int told;
int rounds;

String tokenOf(String user) throws Exception {
    var asked = HttpRequest.newBuilder(URI.create(System.getenv("OVATION_URL") + "/api/dev/tokens"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"" + user + "\"}"));
    try (var http = HttpClient.newHttpClient()) {
        String answer = http.send(asked.build(), HttpResponse.BodyHandlers.ofString()).body();
        return new JsonMapper().readTree(answer).get("token").asString();
    }
}

/** Connects at the first request, and again at the first one after a loss. */
RSocketRequester requester(String url) {
    WebsocketClientTransport transport =
            WebsocketClientTransport.create(URI.create(url.replaceFirst("http", "ws") + "/rsocket"));
    transport.header("Authorization", "Bearer " + token);
    return RSocketRequester.builder()
            .rsocketStrategies(RSocketStrategies.builder()
                    .encoder(new JacksonJsonEncoder())
                    .decoder(new JacksonJsonDecoder())
                    .build())
            .dataMimeType(MimeTypeUtils.APPLICATION_JSON)
            .transport(transport);
}

Mono<Void> send(int count) {
    return Flux.range(0, count)
            .concatMap(number -> ada.route("conversations.{room}.send", room)
                    .data(Map.of("body", "number " + number))
                    .retrieveMono(JsonNode.class))
            .then();
}

/** The stream from the place that it has come to; where the connection is lost, it goes on from there. */
Flux<Frame> watch(RSocketRequester bob) {
    return Flux.defer(() -> bob.route("conversations.{room}.watch", room)
                    .data(cursor == null ? Map.of() : Map.of("after", cursor))
                    .retrieveFlux(Frame.class))
            .concatMap(frame -> handle(frame).thenReturn(frame))
            .doOnNext(frame -> cursor = frame.cursor() == null ? cursor : frame.cursor())
            .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(50))
                    .filter(lost -> lost instanceof IOException)
                    .transientErrors(true)
                    .doBeforeRetryAsync(_ -> send(MISSED)));
}

Mono<Void> handle(Frame frame) {
    if (frame.type().equals("start")) {
        rounds++;
        return rounds <= ROUNDS ? send(LIVE) : Mono.empty();
    }
    if (frame.type().equals("message")) {
        told++;
        if (frame.seq() != told) {
            return Mono.error(new AssertionError(frame.seq() + " was told where " + told + " was due"));
        }
        if (told == (rounds - 1) * (LIVE + MISSED) + READ) {
            IO.println("cut");
        }
    }
    return Mono.empty();
}

void main() throws Exception {
    token = tokenOf("ada");
    ada = requester(System.getenv("OVATION_URL"));
    room = ada.route("conversations.open")
            .data(Map.of("kind", "group", "title", "Spring"))
            .retrieveMono(Opened.class)
            .block(PATIENCE)
            .conversationId();
    watch(requester(System.getenv("OVATION_LINE"))).takeUntil(_ -> told == MESSAGES).blockLast(PATIENCE);

    String refused = ada.route("conversations.{room}.send", room)
            .data(Map.of("body", ""))
            .retrieveMono(JsonNode.class)
            .map(JsonNode::toString)
            .onErrorResume(ApplicationErrorException.class, error -> Mono.just(error.getMessage()))
            .block(PATIENCE);
    String code = new JsonMapper().readTree(refused).path("code").asString();
    if (!code.equals("validation_failed")) {
        throw new AssertionError(refused);
    }
    IO.println("%d messages over %d connections, each once and in order".formatted(told, rounds));
    System.exit(0); // the connections' threads would go on
}
