package io.ovation.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.ovation.client.ConnectionLost;
import io.ovation.client.OvationClient;
import io.ovation.client.RequestRejected;
import io.ovation.client.ServerAddress;
import io.ovation.client.Tokens;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Plays into a room. Each line waits for the one before it to be acknowledged, so that the room has them in the order
 * of the play; each person speaks over a
 * connection of their own.
 *
 * <p>A line has the same message id whenever this text is played into this room. So a line whose answer was lost is
 * sent again, and an interrupted play goes on,
 * without anything being said twice.
 */
public final class Player {
    /** The contract's limit for a body, in bytes of UTF-8. */
    static final int MAX_BODY_BYTES = 8 * 1024;

    /** The contract's limit for mentions. */
    private static final int MAX_MENTIONS = 50;
    /** The contract's limit for the id of a person and for a title, in characters. */
    private static final int MAX_NAME = 200;
    /**
     * Members named when the room is opened, which keeps that request well below 64 KiB; the rest are added one by one.
     */
    private static final int MEMBERS_AT_ONCE = 60;

    private static final int HISTORY_PAGE = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PATIENCE_OF_WATCHER = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

    private final ServerAddress server;
    private final Tokens tokens;
    private final Play play;
    private final Room room;
    private final Pace pace;
    private final Stage stage;
    private final Map<String, OvationClient> clients = new HashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param stage is told how it goes */
    public Player(ServerAddress server, Tokens tokens, Play play, Room room, Pace pace, Stage stage) {
        this.server = server;
        this.tokens = tokens;
        this.play = play.fitting(MAX_BODY_BYTES);
        this.room = room;
        this.pace = pace;
        this.stage = stage;
    }

    /**
     * Opens the room and plays to the end, or until {@link #stop()}; blocks. Throws {@link DemoFailure} with one line
     * for people where it can't go on; what was
     * said until then stays in the room.
     */
    public Outcome play() throws InterruptedException {
        try {
            open();
            Set<String> known = room.mayExist() ? messagesInRoom() : Set.of();
            try (Witness witness = Witness.of(client(play.cast().getFirst()), room.id(), PATIENCE_OF_WATCHER)) {
                return play(known, witness);
            }
        } finally {
            clients.values().forEach(OvationClient::close);
        }
    }

    /** Makes {@link #play()} return as soon as the line under way is acknowledged. */
    public void stop() {
        stopped.countDown();
    }

    private Outcome play(Set<String> known, Witness witness) throws InterruptedException {
        List<Line> lines = play.lines();
        String fingerprint = play.fingerprint();
        List<String> ids = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            ids.add(messageId(fingerprint, i));
        }
        int there = (int) ids.stream().filter(known::contains).count();
        stage.opened(there, lines.size());
        Latencies acknowledged = new Latencies();
        int said = 0;
        long begun = System.nanoTime();
        long due = begun;
        long last = begun;
        for (int i = 0; i < lines.size(); i++) {
            if (known.contains(ids.get(i))) {
                continue;
            }
            Line line = lines.get(i);
            // counted from when the last one was due, so that the pace is kept, but never made up for in a burst
            due = Math.max(due + (said == 0 ? 0 : pace.before(line.pause()).toNanos()), System.nanoTime());
            if (stopped.await(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                break;
            }
            witness.expect(ids.get(i));
            long sent = System.nanoTime();
            if (!say(line, ids, i)) {
                break;
            }
            last = System.nanoTime();
            acknowledged.add(last - sent);
            said++;
            stage.said(i + 1, lines.size(), line.speaker(), line.body());
        }
        int unseen = said == 0 ? 0 : witness.missing(isStopped() ? Duration.ofSeconds(1) : PATIENCE_OF_WATCHER);
        return new Outcome(
                lines.size(),
                there,
                said,
                Math.min(unseen, said),
                Duration.ofNanos(last - begun),
                acknowledged.percentileMillis(0.50),
                acknowledged.percentileMillis(0.99),
                witness.delivered().percentileMillis(0.50),
                witness.delivered().percentileMillis(0.99));
    }

    private String messageId(String fingerprint, int index) {
        return UUID.nameUUIDFromBytes((fingerprint + "/" + index + "/" + room.id()).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private void open() throws InterruptedException {
        List<String> cast = play.cast();
        String owner = cast.getFirst();
        LinkedHashSet<String> others = new LinkedHashSet<>(cast);
        others.add(room.guest());
        others.remove(owner);
        List<String> names = others.stream().map(Player::name).toList();
        List<String> first = names.subList(0, Math.min(MEMBERS_AT_ONCE, names.size()));
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("conversationId", room.id());
        request.put("kind", "channel");
        request.put("title", shortened(room.title()));
        request.put("members", first);
        try {
            answer(owner, () -> "Cannot open the room", "conversations.open", request);
        } catch (RequestRejected e) {
            if (room.mayExist() && e.code().equals("conflict")) {
                // somebody else opened it: whoever may post there will be seen
                return;
            }
            throw failure("Cannot open the room", e);
        }
        for (String name : names.subList(first.size(), names.size())) {
            ask(
                    owner,
                    () -> "Cannot let " + name + " in",
                    "conversations." + room.id() + ".members.add",
                    Map.of("user", name));
        }
    }

    private Set<String> messagesInRoom() throws InterruptedException {
        Set<String> found = new HashSet<>();
        long after = 0;
        while (true) {
            JsonNode page = ask(
                    play.cast().getFirst(),
                    () -> "Cannot read what is in the room",
                    "conversations." + room.id() + ".history",
                    Map.of("after", after, "limit", HISTORY_PAGE));
            JsonNode messages = page.path("messages");
            if (messages.isEmpty()) {
                return found;
            }
            for (JsonNode message : messages) {
                found.add(message.path("messageId").asString(""));
                after = Math.max(after, message.path("seq").asLong(0));
            }
        }
    }

    /** Answers false when the play was stopped before the line was acknowledged. */
    private boolean say(Line line, List<String> ids, int index) throws InterruptedException {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("messageId", ids.get(index));
        message.put("body", line.body());
        if (line.replyTo() != null) {
            message.put("replyTo", ids.get(line.replyTo()));
        }
        if (!line.mentions().isEmpty()) {
            message.put(
                    "mentions",
                    line.mentions().stream()
                            .map(Player::name)
                            .distinct()
                            .limit(MAX_MENTIONS)
                            .toList());
        }
        try {
            return !answer(line.speaker(), () -> "Line " + (index + 1), "conversations." + room.id() + ".send", message)
                    .isMissingNode();
        } catch (RequestRejected e) {
            if (e.code().equals("conflict")) {
                throw new DemoFailure(
                        "Line " + (index + 1)
                                + " was said already, by somebody else or elsewhere: go on with the same cast as "
                                + "before",
                        e);
            }
            if (e.code().equals("forbidden")) {
                throw new DemoFailure(line.speaker() + " may not post in room " + room.id() + ": " + e.detail(), e);
            }
            throw failure("Line " + (index + 1) + " by " + line.speaker() + " was turned down", e);
        }
    }

    private JsonNode ask(String user, Supplier<String> what, String route, Object body) throws InterruptedException {
        try {
            return answer(user, what, route, body);
        } catch (RequestRejected e) {
            throw failure(what.get(), e);
        }
    }

    /**
     * The answer to a request, which is made again while that may help: when it is asked to wait, when the token has
     * expired, and after a cut. A missing node
     * when the play was stopped meanwhile.
     */
    private JsonNode answer(String user, Supplier<String> what, String route, Object body) throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        boolean renewed = false;
        boolean troubled = false;
        while (true) {
            Duration pause;
            try {
                return client(user).request(route, body).blockOptional().orElseThrow();
            } catch (RequestRejected e) {
                boolean mayPass = e.code().equals("rate_limited") || e.code().equals("unavailable");
                boolean expired = e.code().equals("unauthenticated") && !renewed;
                if (!(mayPass || expired) || System.nanoTime() > giveUp) {
                    throw e;
                }
                // the client connects anew for the next request, with a new token
                renewed |= expired;
                pause = e.retryAfter().isZero() ? PAUSE_AFTER_FAILURE : e.retryAfter();
                if (e.code().equals("unavailable") && !troubled) {
                    troubled = true;
                    stage.trouble(what.get() + ": " + e.detail() + "; trying again");
                }
            } catch (ConnectionLost e) {
                if (System.nanoTime() > giveUp) {
                    throw new DemoFailure(
                            e.getMessage() + ", and did not come back within " + PATIENCE.toSeconds() + " s", e);
                }
                pause = PAUSE_AFTER_FAILURE;
                if (!troubled) {
                    troubled = true;
                    stage.trouble(e.getMessage() + "; trying again");
                }
            }
            if (stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                return MissingNode.getInstance();
            }
        }
    }

    private OvationClient client(String user) {
        return clients.computeIfAbsent(user, name -> new OvationClient(server, tokens.of(name(name))));
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private static DemoFailure failure(String what, RequestRejected e) {
        return new DemoFailure(what + ": " + e.detail() + " (" + e.code() + ")", e);
    }

    private static String name(String speaker) {
        return shortened(speaker);
    }

    private static String shortened(String text) {
        return text.length() <= MAX_NAME
                ? text
                : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, MAX_NAME) - 1));
    }
}
