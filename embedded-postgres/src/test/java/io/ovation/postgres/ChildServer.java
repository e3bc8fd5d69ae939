package io.ovation.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that starts PostgreSQL in a data directory, to be killed. Without its parent it ends by itself.
 */
final class ChildServer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Process process;
    private final Socket connection;
    private final String outcome;

    private ChildServer(Process process, Socket connection, String outcome) {
        this.process = process;
        this.connection = connection;
        this.outcome = outcome;
    }

    /**
     * Starts it and waits for its answer.
     *
     * @param prefix what to put before the command of the child, such as {@code setsid}
     */
    static ChildServer start(Path data, String... prefix) throws IOException {
        try (ServerSocket parent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            parent.setSoTimeout(PATIENCE_MILLIS);
            List<String> command = new ArrayList<>(List.of(prefix));
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    ChildServer.class.getName(),
                    data.toString(),
                    Integer.toString(parent.getLocalPort())));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                Socket connection = parent.accept();
                connection.setSoTimeout(PATIENCE_MILLIS);
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
                return new ChildServer(process, connection, String.valueOf(answers.readLine()));
            } catch (IOException e) {
                process.destroyForcibly();
                throw e;
            }
        }
    }

    /** {@code up}, or the one line that says why not. */
    String outcome() {
        return outcome;
    }

    long pid() {
        return process.pid();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    boolean hasEnded() throws InterruptedException {
        return process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        connection.close();
        process.waitFor();
    }

    public static void main(String[] arguments) throws IOException {
        InetSocketAddress parent =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
        try (Socket connection = new Socket(parent.getAddress(), parent.getPort());
                Writer answers = new OutputStreamWriter(connection.getOutputStream(), StandardCharsets.UTF_8)) {
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]))) {
                answers.write("up\n");
                answers.flush();
                // until the parent hangs up
                while (connection.getInputStream().read() >= 0) {
                    continue;
                }
            } catch (DataDirectoryUnavailable e) {
                answers.write(e.oneLine() + "\n");
                answers.flush();
            }
        }
    }
}
