package io.ovation.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * nginx, which gives each request and each connection to the next node. Not as {@code deploy/nginx} has it, which asks
 * for what a node is ready for, but as hard on clients as can be. For any number of threads.
 */
final class RoundRobin implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Process process;
    private final int port;

    private RoundRobin(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The program; null where it is not installed. */
    static @Nullable String program() {
        return List.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx").stream()
                .filter(each -> Files.isExecutable(Path.of(each)))
                .findFirst()
                .orElse(null);
    }

    static RoundRobin before(List<Integer> nodes) {
        try {
            Path home = Files.createTempDirectory("round-robin");
            int port = OvationServer.freePort();
            Path conf = Files.writeString(home.resolve("nginx.conf"), conf(home, port, nodes));
            Process process = new ProcessBuilder(
                            String.valueOf(program()), "-p", home.toString(), "-c", conf.toString(), "-e", "error.log")
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("out").toFile())
                    .start();
            RoundRobin balancer = new RoundRobin(process, port);
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            Await.until("nginx answers", START, () -> {
                if (!process.isAlive()) {
                    throw new AssertionError("nginx has ended: " + Files.readString(home.resolve("out")));
                }
                return HttpApi.isOk(URI.create(
                        "http://" + OvationServer.HOST + ":" + port + "/actuator/health/readiness"));
            });
            return balancer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String conf(Path home, int port, List<Integer> nodes) {
        String servers = nodes.stream()
                .map(node -> "server " + OvationServer.HOST + ":" + node + ";")
                .collect(Collectors.joining(" "));
        return """
                daemon off;
                pid %1$s/pid;
                worker_processes 1;
                events { worker_connections 8192; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  client_max_body_size 4m;
                  client_body_buffer_size 4m;
                  proxy_max_temp_file_size 0;
                  map $http_upgrade $upgraded { default upgrade; '' ''; }
                  upstream nodes { %3$s }
                  server {
                    listen %4$s:%2$d;
                    location / {
                      proxy_pass http://nodes;
                      proxy_http_version 1.1;
                      proxy_next_upstream off;
                      proxy_buffering off;
                      proxy_read_timeout 1h;
                      proxy_set_header Host $http_host;
                      proxy_set_header Upgrade $http_upgrade;
                      proxy_set_header Connection $upgraded;
                    }
                  }
                }
                """.formatted(home, port, servers, OvationServer.HOST);
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
    }
}
