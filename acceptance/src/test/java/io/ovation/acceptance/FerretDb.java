package io.ovation.acceptance;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * FerretDB in a process of its own, and a line to it that can be cut: a server for MongoDB's protocol that is not ours.
 * For one thread.
 */
final class FerretDb implements AutoCloseable {
    /** The program, which whoever starts the tests has built; not there otherwise. */
    static final @Nullable String PROGRAM = System.getenv("OVATION_FERRETDB");

    private static final Duration START = Duration.ofSeconds(30);

    private final Path data;
    private final List<String> store;
    private final int port = OvationServer.freePort();
    private final ServerSocket door;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private Process process;
    private volatile boolean cut;

    private FerretDb(Path data, List<String> store) throws IOException {
        this.data = data;
        this.store = store;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.process = launch();
        Thread.ofVirtual().start(this::accept);
        awaitOpen();
    }

    static FerretDb onSqlite(Path data) throws IOException {
        Files.createDirectories(data);
        return new FerretDb(data, List.of("--handler=sqlite", "--sqlite-url=file:" + data + "/"));
    }

    /** @param jdbc the address of a PostgreSQL, in which it makes a schema for each of its databases */
    static FerretDb onPostgres(Path data, String jdbc) throws IOException {
        Files.createDirectories(data);
        URI address = URI.create(jdbc.substring("jdbc:".length()));
        String user = parameter(address, "user");
        String url = "postgres://" + user + ":" + parameter(address, "password") + "@" + address.getAuthority()
                + address.getPath();
        return new FerretDb(data, List.of("--handler=postgresql", "--postgresql-url=" + url));
    }

    private static String parameter(URI address, String name) {
        for (String each : String.valueOf(address.getRawQuery()).split("&")) {
            if (each.startsWith(name + "=")) {
                return each.substring(name.length() + 1);
            }
        }
        return "";
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                String.valueOf(PROGRAM),
                "--listen-addr=127.0.0.1:" + port,
                "--telemetry=disable",
                "--debug-addr=-",
                "--log-level=ERROR",
                "--state-dir=" + data));
        command.addAll(store);
        File out = data.resolveSibling("ferretdb.out").toFile();
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        return started;
    }

    private void awaitOpen() {
        Await.until("FerretDB listens", START, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "It has ended: " + Files.readString(data.resolveSibling("ferretdb.out")));
            }
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    String uri() {
        return "mongodb://127.0.0.1:" + door.getLocalPort() + "/ovation";
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = launch();
        awaitOpen();
    }

    /** All connections end, and no other is taken until it is mended. */
    void cut() {
        cut = true;
        open.forEach(FerretDb::shut);
        open.clear();
    }

    void mend() {
        cut = false;
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                if (cut) {
                    near.close();
                } else {
                    pass(near);
                }
            } catch (IOException e) {
                // closed, or nobody is there to be connected with
                continue;
            }
        }
    }

    private void pass(Socket near) {
        try {
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            open.addAll(List.of(near, far));
            Thread.ofVirtual().start(() -> copy(near, far));
            Thread.ofVirtual().start(() -> copy(far, near));
        } catch (IOException e) {
            shut(near);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // cut: the other direction ends too
            shut(to);
        }
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
        process.destroyForcibly();
    }
}
