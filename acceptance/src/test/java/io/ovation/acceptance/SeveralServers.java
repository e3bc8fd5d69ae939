package io.ovation.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Several nodes, as the launcher starts them on one machine, and a client who goes to the next one with each request.
 * For any number of threads.
 */
final class SeveralServers implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration STOP = Duration.ofSeconds(45);
    private static final String READY = "ready ";

    private final Path out;
    private final Process process;
    private final AtomicInteger turn = new AtomicInteger();
    private List<URI> nodes = List.of();

    private SeveralServers(Path out, Process process) {
        this.out = out;
        this.process = process;
    }

    /** Each with read models of its own. */
    static SeveralServers start(int count) throws IOException {
        return start(count, null);
    }

    /** Nodes that share the read models, too. */
    static SeveralServers sharing(int count, SharedDocuments documents) throws IOException {
        return start(count, documents);
    }

    private static SeveralServers start(int count, @Nullable SharedDocuments documents) throws IOException {
        Path data = OvationServer.fresh("nodes").data().toAbsolutePath();
        Path out = Files.createTempFile(data.getParent(), "nodes-", ".out");
        ProcessBuilder builder = new ProcessBuilder(
                        OvationServer.launcher(),
                        "run",
                        "--nodes",
                        Integer.toString(count),
                        "--port",
                        "0",
                        "--data",
                        data.toString(),
                        "--",
                        "--ovation.limits.enabled=false")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OVATION_") || name.equals("MONGODB_URI"));
        builder.environment().put("OVATION_JWT_SECRET", Tokens.SECRET);
        if (documents != null) {
            builder.environment().put("MONGODB_URI", documents.uri());
        }
        SeveralServers servers = new SeveralServers(out, builder.start());
        Runtime.getRuntime().addShutdownHook(new Thread(servers::kill));
        servers.awaitReady(count);
        return servers;
    }

    private void awaitReady(int count) {
        Await.until("cluster ready: " + count + " nodes", START, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("The nodes have ended:\n" + Files.readString(out));
            }
            return Files.readString(out).contains("cluster ready: " + count + " nodes");
        });
        try (var lines = Files.lines(out)) {
            nodes = lines.filter(line -> line.startsWith(READY))
                    .map(line -> URI.create(line.substring(READY.length())))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    List<URI> nodes() {
        return nodes;
    }

    /** One request of a user to the next node. */
    Reply call(String user, String method, String path, String body) {
        return call(nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size())), user, method, path, body);
    }

    /** One request of a user to that node. */
    Reply call(URI node, String user, String method, String path, String body) {
        return send(node, Tokens.of(user), method, path, body);
    }

    /** One request with that token to that node. */
    Reply send(URI node, String token, String method, String path, String body) {
        try {
            HttpResponse<String> response = HttpApi.CLIENT.send(
                    request(node, token, path)
                            .header("Content-Type", "application/json")
                            .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
            return new Reply(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.headers().firstValueAsLong("Retry-After").orElse(0),
                    response.body());
        } catch (IOException e) {
            throw new Api.Lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A stream of a user from that node. */
    Live watch(URI node, String user, String path) {
        return SseStream.open(request(node, Tokens.of(user), path).header("Accept", "text/event-stream"));
    }

    private static HttpRequest.Builder request(URI node, String token, String path) {
        return HttpRequest.newBuilder(node.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
    }

    /** Kills the process of a node, as the system does that has no memory left. */
    void kill(URI node) {
        process.descendants()
                .filter(each -> dataOf(each)
                        .map(data -> addressIn(data).endsWith(":" + node.getPort()))
                        .orElse(false))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No process serves " + node))
                .destroyForcibly();
    }

    private static Optional<Path> dataOf(ProcessHandle process) {
        String name = "--ovation.data=";
        return process.info().arguments().stream()
                .flatMap(Arrays::stream)
                .filter(argument -> argument.startsWith(name))
                .map(argument -> Path.of(argument.substring(name.length())))
                .findFirst();
    }

    /** The port is one that was free, and stands in the data directory. */
    private static String addressIn(Path data) {
        try {
            return Files.readString(data.resolve("server.url")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Asks them to stop, as an operator does, and waits for that. */
    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Not stopped within " + STOP);
            }
            // who passes on what a node says ends a moment after it
            Await.until("all that they started has ended", Duration.ofSeconds(10), () ->
                    all.stream().noneMatch(ProcessHandle::isAlive));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
