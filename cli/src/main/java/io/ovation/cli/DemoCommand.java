package io.ovation.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.github.f4b6a3.uuid.UuidCreator;
import io.ovation.client.DevTokens;
import io.ovation.client.ServerAddress;
import io.ovation.client.SignedTokens;
import io.ovation.client.Tokens;
import io.ovation.demo.Cast;
import io.ovation.demo.DemoFailure;
import io.ovation.demo.Outcome;
import io.ovation.demo.Pace;
import io.ovation.demo.Play;
import io.ovation.demo.Player;
import io.ovation.demo.Room;
import io.ovation.demo.Source;
import io.ovation.demo.Stage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ovation demo}: fills a room with people who talk. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Plays a conversation into a live room, as several people.",
            "",
            "Without a file it is a short script. A file is a plain text, an IRC log (irssi, WeeChat, ZNC, [HH:MM] "
                    + "<nick> text) "
                    + "or a Slack export (folder or zip).",
            "Each line waits for the one before it to be durable. What was interrupted goes on, without repeats, "
                    + "with --room.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was said",
            "1:a failure, told in one line",
            "2:a command line that can't be understood",
            "130:stopped by Ctrl-C"
        })
final class DemoCommand implements Callable<Integer> {
    private static final String SECRET_VARIABLE = "OVATION_JWT_SECRET";
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(3);
    /** Above this pace nobody can read along, and a terminal would hold it up. */
    private static final Duration READABLE = Duration.ofMillis(50);

    private static final int READY = 200;
    private static final int NOT_YET = 503;
    private static final int NOBODY = 0;

    private static final int LINE_WIDTH = 110;
    private static final int PROGRESS_EVERY = 1000;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Option(names = "--from", paramLabel = "FILE", description = "What to play; without it, a short script.")
    private @Nullable Path from;

    @Option(names = "--format", description = "What the file is: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Source.Format format = Source.Format.auto;

    @Option(
            names = "--by",
            paramLabel = "UNIT",
            description = "What of a text is one message: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Source.Unit unit = Source.Unit.line;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            description = "The channel of a Slack export; without it, the busiest.")
    private @Nullable String channel;

    @Mixin
    private ServerOptions which = new ServerOptions();

    @Option(names = "--start", description = "Start a server, if none answers at the URL; it runs until Ctrl-C.")
    private boolean start;

    @Option(
            names = "--pace",
            paramLabel = "PACE",
            description = "4/s, 30/m or max (default: the times of the source, where it has some, else 4/s).")
    private @Nullable String pace;

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            description = "How many times as fast as the source's own times (default: 1).")
    private @Nullable Double speed;

    @Option(
            names = "--max-pause",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "No silence of the source is longer (default: 5s).")
    private Duration maxPause = Duration.ofSeconds(5);

    @Option(
            names = "--people",
            paramLabel = "N",
            description = "How many people read a text in turn (default: " + Cast.USUAL_SIZE + ").")
    private @Nullable Integer people;

    @Option(
            names = "--cast",
            paramLabel = "NAME",
            split = ",",
            description = "Who reads a text in turn, in place of --people: names parted by commas.")
    private @Nullable List<String> cast;

    @Option(names = "--title", paramLabel = "TEXT", description = "The room's title (default: the source's).")
    private @Nullable String title;

    @Option(
            names = "--room",
            paramLabel = "ID",
            description = "Play into this conversation: goes on with an interrupted play. Opened if there is none.")
    private @Nullable String room;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Who you are in the room's link; a member like the cast (default: ${DEFAULT-VALUE}).")
    private String guest = "guest";

    @Option(
            names = "--token-secret",
            paramLabel = "SECRET",
            description = "Sign the tokens with this (default: $" + SECRET_VARIABLE
                    + "); without one, ask the server for tokens for development.")
    private @Nullable String secret;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    @Option(names = "--quiet", description = "Print the link and the outcome only.")
    private boolean quiet;

    @Override
    public Integer call() throws Exception {
        ServerAddress server = understood(() -> ServerAddress.parse(which.address()));
        Pace wanted = wantedPace();
        checkRoom();
        HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_TIMEOUT).build();
        Tokens tokens = tokens(http, server);
        Play play = from == null ? shortScript() : new Source(from, format, unit, channel, chosenCast()).read();
        if (speed != null && !play.timed()) {
            throw new DemoFailure(
                    from + " does not say when its lines were said: give it a --pace, in place of --speed");
        }
        Pace played = wanted == null ? paceOf(play) : wanted;
        try (LocalServer started = serverFor(http, server)) {
            int status = perform(server, tokens, play, played);
            if (status == ExitCode.OK && started.isOurs()) {
                say("The server goes on at " + server + ", until Ctrl-C");
                started.await();
            }
            return status;
        }
    }

    private int perform(ServerAddress server, Tokens tokens, Play play, Pace played) throws InterruptedException {
        String id = room == null ? UuidCreator.getTimeOrderedEpoch().toString() : room.toLowerCase(Locale.ROOT);
        Room where = new Room(id, title == null ? play.title() : title, guest, room != null);
        boolean readAlong =
                !quiet && !(played instanceof Pace.Even even && even.interval().compareTo(READABLE) < 0);
        Player player = new Player(server, tokens, play, where, played, new Terminal(readAlong, link(server, id)));
        CountDownLatch done = new CountDownLatch(1);
        // Ctrl-C: let the line under way be acknowledged, and say how to go on; when all is done, this waits for
        // nothing
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            player.stop();
            awaitFarewell(done);
        }));
        try {
            return told(player.play(), play, id);
        } finally {
            done.countDown();
        }
    }

    private int told(Outcome outcome, Play play, String id) {
        String summary = String.format(
                Locale.ROOT,
                "%s %,d of %,d messages by %d people%s in %.1f s: %.1f messages/s, "
                        + "acknowledged p50 %.1f p99 %.1f ms, delivered p50 %.1f p99 %.1f ms",
                outcome.complete() ? "Played" : "Stopped after",
                outcome.said(),
                outcome.total(),
                play.cast().size(),
                outcome.known() == 0 ? "" : String.format(Locale.ROOT, " (%,d were there)", outcome.known()),
                outcome.took().toNanos() / 1e9,
                outcome.perSecond(),
                outcome.acknowledged50(),
                outcome.acknowledged99(),
                outcome.delivered50(),
                outcome.delivered99());
        say(summary);
        if (!outcome.complete()) {
            say("Go on with the same command and --room " + id);
            return ExitCode.SOFTWARE;
        }
        if (outcome.unseen() > 0) {
            throw new DemoFailure(outcome.unseen() + " acknowledged messages did not arrive at a watcher of the room");
        }
        return ExitCode.OK;
    }

    private @Nullable Pace wantedPace() {
        if (pace != null && speed != null) {
            throw new ParameterException(spec.commandLine(), "--pace and --speed exclude each other");
        }
        if (speed != null && !(speed > 0 && speed <= 1_000_000)) {
            throw new ParameterException(spec.commandLine(), "--speed is more than 0 and at most 1000000");
        }
        String text = pace;
        return text == null ? null : understood(() -> Pace.Even.parse(text));
    }

    private Pace paceOf(Play play) {
        return play.timed() ? new Pace.AsItWas(speed == null ? 1 : speed, maxPause) : Pace.Even.parse("4/s");
    }

    private void checkRoom() {
        if (room != null && !room.matches("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw new ParameterException(spec.commandLine(), "'" + room + "' is no id of a room: it is a UUID");
        }
        if (guest.isBlank() || guest.length() > 200) {
            throw new ParameterException(spec.commandLine(), "--as is a name of 1 to 200 characters");
        }
    }

    private List<String> chosenCast() {
        if (cast != null && people != null) {
            throw new ParameterException(spec.commandLine(), "--people and --cast exclude each other");
        }
        if (people != null) {
            if (people < 1 || people > Cast.LARGEST) {
                throw new ParameterException(spec.commandLine(), "--people is 1 to " + Cast.LARGEST);
            }
            return Cast.of(people);
        }
        if (cast == null) {
            return List.of();
        }
        List<String> names = cast.stream().map(String::strip).toList();
        if (names.stream().anyMatch(name -> name.isEmpty() || name.length() > 200)
                || new HashSet<>(names).size() < names.size()) {
            throw new ParameterException(spec.commandLine(), "--cast is names of 1 to 200 characters, each once");
        }
        return names;
    }

    private Play shortScript() {
        if (people != null || cast != null || channel != null || format != Source.Format.auto) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--people, --cast, --channel and --format say something about a file: give one with --from");
        }
        return Source.shortScript();
    }

    private Tokens tokens(HttpClient http, ServerAddress server) {
        String known = secret == null ? System.getenv(SECRET_VARIABLE) : secret;
        return known == null || known.isEmpty()
                ? new DevTokens(http, server)
                : understood(() -> new SignedTokens(known, TOKEN_LIFE, Clock.systemUTC()));
    }

    private <T> T understood(Callable<T> reading) {
        try {
            return reading.call();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private LocalServer serverFor(HttpClient http, ServerAddress server) throws InterruptedException {
        int readiness = readiness(http, server);
        if (readiness == READY) {
            return LocalServer.none();
        }
        if (readiness != NOBODY) {
            throw new DemoFailure(
                    readiness == NOT_YET
                            ? "The server at " + server + " is not ready yet: try again in a moment"
                            : "What answers at " + server + " is no Ovation server");
        }
        if (!start) {
            throw new DemoFailure("No server answers at " + server
                    + ". Start one with ./ovation run, or let this command do it with --start");
        }
        return LocalServer.start(
                server, System.getProperty("ovation.launcher"), () -> readiness(http, server) == READY, this::say);
    }

    /** The status of the server's readiness. */
    private static int readiness(HttpClient http, ServerAddress server) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.http("/actuator/health/readiness"))
                .timeout(ANSWER_TIMEOUT)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            // no answer is one, too
            return NOBODY;
        }
    }

    private String link(ServerAddress server, String id) {
        return server + "/#/c/" + id + "?as="
                + URLEncoder.encode(guest, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private void awaitFarewell(CountDownLatch done) {
        try {
            if (!done.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                say("Left before the server had answered");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells how the play goes, a line for each message where people can read along. */
    private final class Terminal implements Stage {
        private final boolean readAlong;
        private final String link;

        Terminal(boolean readAlong, String link) {
            this.readAlong = readAlong;
            this.link = link;
        }

        @Override
        public void opened(int known, int total) {
            say(link);
            if (known > 0) {
                say(known + " of " + total + " messages are there already");
            }
        }

        @Override
        public void said(int number, int total, String speaker, String body) {
            if (readAlong) {
                say(Printable.text(speaker, 24) + "  " + Printable.text(body, LINE_WIDTH));
            } else if (!quiet && number % PROGRESS_EVERY == 0) {
                say(number + " of " + total);
            }
        }

        @Override
        public void trouble(String what) {
            spec.commandLine().getErr().println(Printable.text(what));
            spec.commandLine().getErr().flush();
        }
    }
}
