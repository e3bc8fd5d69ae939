package io.ovation.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.ovation.client.ConnectionLost;
import io.ovation.client.DevTokens;
import io.ovation.client.EventLog;
import io.ovation.client.RequestRejected;
import io.ovation.client.ServerAddress;
import io.ovation.client.SignedTokens;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ovation replay}: prints the log. */
@Command(
        name = "replay",
        sortOptions = false,
        description = {
            "Prints the events of a server's log in the order in which they were recorded: NDJSON to a pipe, a table "
                    + "to a terminal.",
            "",
            "This needs the role analyst or admin, and is recorded in the log.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all that was asked for was printed, or nobody reads the output any more",
            "1:the server turned it down, or none answers",
            "2:a command line that can't be understood",
            "3:cut short: what was printed is not all; --after POSITION goes on, and is told",
            "130:stopped by Ctrl-C"
        })
final class ReplayCommand implements Callable<Integer> {
    private static final String SECRET_VARIABLE = "OVATION_JWT_SECRET";
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CUT_SHORT = 3;

    /** What a server says that is not ready yet, or has too much to do. */
    private static final Set<String> PASSING = Set.of("unavailable", "rate_limited");

    /** RFC 6750, section 2.1. */
    private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final int MOST_TRIES = 30;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only events at this time or later, such as 2026-01-02T03:04:05Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Only events before this time.")
    private @Nullable String to;

    @Option(
            names = "--types",
            paramLabel = "TYPE[,TYPE]",
            description = "Only events of these types, such as MessageSent.")
    private @Nullable String types;

    @Option(
            names = "--aggregate",
            paramLabel = "ID",
            description = "Only the events of this aggregate, such as a conversation.")
    private @Nullable String aggregate;

    @Option(names = "--after", paramLabel = "POSITION", description = "Only events above this position.")
    private @Nullable Long after;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many events.")
    private @Nullable Long limit;

    @Option(names = "--follow", description = "Go on with what is recorded from now on, until Ctrl-C.")
    private boolean follow;

    @Mixin
    private ServerOptions which = new ServerOptions();

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The bearer token of an analyst (default: $OVATION_TOKEN).")
    private @Nullable String token;

    @Option(
            names = "--token-secret",
            paramLabel = "SECRET",
            description = "Without a token, sign one with this (default: $" + SECRET_VARIABLE
                    + "); without that either, ask the server for one for development.")
    private @Nullable String secret;

    @Option(names = "--as", paramLabel = "NAME", description = "Who such a token is for (default: ${DEFAULT-VALUE}).")
    private String user = "analyst";

    @Option(names = "--table", negatable = true, description = "A table or NDJSON (default: a table to a terminal).")
    private @Nullable Boolean table;

    @Option(
            names = "--progress",
            negatable = true,
            description = "A progress bar on stderr, where the end is known (default: on a terminal).")
    private @Nullable Boolean progress;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    private long last = -1;
    private long printed;
    private boolean opened;
    private boolean refused;

    @Override
    public Integer call() throws InterruptedException {
        ServerAddress server = understood(() -> ServerAddress.parse(which.address()));
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
        EventLog log = new EventLog(http, server);
        EventPrinter printer = new EventPrinter(output(), table == null ? isTerminal("out") : table);
        int status = print(log, printer, http, server);
        for (int tries = 0; follow && status == CUT_SHORT && !refused && tries < MOST_TRIES; tries++) {
            TimeUnit.SECONDS.sleep(1);
            long before = printed;
            status = print(log, printer, http, server);
            tries = printed > before ? 0 : tries;
        }
        return status;
    }

    /** One answer of the server, from where the one before was cut short. */
    private int print(EventLog log, EventPrinter printer, HttpClient http, ServerAddress server)
            throws InterruptedException {
        EventLog.Reading reading;
        try {
            reading = log.open(query(), follow, bearer(http, server));
        } catch (ConnectionLost | RequestRejected e) {
            if (!opened) {
                throw e;
            }
            refused = e instanceof RequestRejected rejected && !PASSING.contains(rejected.code());
            return cutShort(String.valueOf(e.getMessage()));
        }
        opened = true;
        Progress bar = bar(reading);
        try (reading) {
            for (String event = reading.next(); event != null; event = reading.next()) {
                if (!printed(printer, event)) {
                    return ExitCode.OK;
                }
                if (bar != null) {
                    bar.at(limit == null ? last : printed, printed);
                }
            }
            boolean all = !follow || limit != null && printed >= limit;
            return all ? ExitCode.OK : cutShort("The server ended the stream");
        } catch (RequestRejected e) {
            return cutShort(e.detail());
        } catch (IOException e) {
            return cutShort("The connection broke");
        } finally {
            flush(printer);
            if (bar != null) {
                bar.done();
            }
        }
    }

    /** False when nobody reads the output any more. */
    private boolean printed(EventPrinter printer, String event) {
        try {
            printer.print(event);
            if (follow) {
                printer.flush();
            }
        } catch (IOException gone) {
            return false;
        }
        int start = event.indexOf(':') + 1;
        last = Long.parseLong(event, start, event.indexOf(',', start), 10);
        printed++;
        return true;
    }

    private static void flush(EventPrinter printer) {
        try {
            printer.flush();
        } catch (IOException gone) {
            // nobody reads any more
        }
    }

    private int cutShort(String why) {
        spec.commandLine().getErr().println(why + (last < 0 ? "" : "; go on with --after " + last));
        spec.commandLine().getErr().flush();
        return CUT_SHORT;
    }

    private @Nullable Progress bar(EventLog.Reading reading) {
        boolean wanted = progress == null ? isTerminal("err") && !isTerminal("out") : progress;
        if (!wanted || follow) {
            return null;
        }
        OptionalLong end = reading.end();
        if (limit != null) {
            return new Progress(spec.commandLine().getErr(), 0, limit);
        }
        return end.isEmpty()
                ? null
                : new Progress(spec.commandLine().getErr(), reading.after().orElse(0), end.getAsLong());
    }

    private String query() {
        List<String> fields = new ArrayList<>();
        Long above = last >= 0 ? Long.valueOf(last) : after;
        // a stream without any place to begin would begin with what is new
        add(fields, "after", above == null && follow && from == null ? Long.valueOf(0) : above);
        add(fields, "from", from);
        add(fields, "to", to);
        add(fields, "types", types);
        add(fields, "aggregate", aggregate);
        add(fields, "limit", limit == null ? null : Long.valueOf(limit - printed));
        return String.join("&", fields);
    }

    private static void add(List<String> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
        }
    }

    private String bearer(HttpClient http, ServerAddress server) {
        String given = token == null ? System.getenv("OVATION_TOKEN") : token;
        if (given != null && !given.isBlank()) {
            if (!BEARER.matcher(given.strip()).matches()) {
                throw new ParameterException(
                        spec.commandLine(), "The token is none: it has characters that no token has");
            }
            return given.strip();
        }
        List<String> roles = List.of("analyst");
        String known = secret == null ? System.getenv(SECRET_VARIABLE) : secret;
        return Objects.requireNonNull((known == null || known.isEmpty()
                        ? new DevTokens(http, server, roles)
                        : understood(() -> new SignedTokens(known, TOKEN_LIFE, Clock.systemUTC(), roles)))
                .of(user)
                .block(PATIENCE));
    }

    /** The process's own, which tells when nobody reads any more. */
    private static OutputStream output() {
        return new FileOutputStream(FileDescriptor.out);
    }

    /** The launcher says which of its outputs are terminals. */
    private static boolean isTerminal(String output) {
        return List.of(System.getProperty("ovation.terminals", "").split(",")).contains(output);
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
}
