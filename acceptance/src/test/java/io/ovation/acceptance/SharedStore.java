package io.ovation.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The PostgreSQL that nodes share, in a process of its own, out of the jar. For one thread. */
final class SharedStore implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("ovation.root", ".."));
    private static final Duration START = Duration.ofMinutes(1);

    /** To try what is compiled and not packed yet. */
    private static final String CLASS_PATH = System.getProperty(
            "ovation.store.classpath", ROOT.resolve("api/target/ovation.jar").toString());

    private static final String MAIN = "io.ovation.postgres.SharedPostgres";

    private final Path data;
    private final Process process;
    private final String url;

    private SharedStore(Path data, Process process, String url) {
        this.data = data;
        this.process = process;
        this.url = url;
    }

    static SharedStore start(Path data) throws IOException {
        Files.createDirectories(data);
        Path out = data.resolveSibling("store.out");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = CLASS_PATH.endsWith("ovation.jar")
                ? List.of(
                        java.toString(),
                        "-Xmx96m",
                        "-Dloader.main=" + MAIN,
                        "-Dlogback.configurationFile=io/ovation/postgres/shared-log.xml",
                        "-cp",
                        CLASS_PATH,
                        "org.springframework.boot.loader.launch.PropertiesLauncher",
                        data.toAbsolutePath().toString())
                : List.of(
                        java.toString(),
                        "-Xmx96m",
                        "-Dlogback.configurationFile=io/ovation/postgres/shared-log.xml",
                        "-cp",
                        CLASS_PATH,
                        MAIN,
                        data.toAbsolutePath().toString());
        // its standard input ends with this process, however that ends
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(data.resolveSibling("store.err").toFile())
                .start();
        Await.until("PostgreSQL says its address", START, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("It has ended: " + Files.readString(data.resolveSibling("store.err")));
            }
            return Files.readString(out).endsWith("\n");
        });
        return new SharedStore(data, process, Files.readString(out).strip());
    }

    /** For a node that speaks from that address of this machine. */
    String urlFrom(String address) {
        return url + (url.contains("?") ? "&" : "?") + "localSocketAddress=" + address;
    }

    /** Takes connections also from that network of this machine. */
    void letIn(String network) throws IOException, InterruptedException {
        Files.writeString(
                data.resolve("postgres/cluster/pg_hba.conf"),
                "host all all " + network + " scram-sha-256\n",
                StandardOpenOption.APPEND);
        new ProcessBuilder("kill", "-HUP", Long.toString(postmaster().pid()))
                .start()
                .waitFor();
    }

    private ProcessHandle postmaster() throws IOException {
        return ProcessHandle.of(Long.parseLong(Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid"))
                        .getFirst()
                        .strip()))
                .orElseThrow();
    }

    /** Kills one of PostgreSQL's processes, after which it ends all connections and recovers. */
    void crash() throws IOException {
        postmaster()
                .children()
                .filter(ProcessHandle::isAlive)
                .max((one, other) -> Long.compare(one.pid(), other.pid()))
                .orElseThrow()
                .destroyForcibly();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
