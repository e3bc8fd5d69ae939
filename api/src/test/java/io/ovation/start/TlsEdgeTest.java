package io.ovation.start;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import io.micrometer.core.instrument.MeterRegistry;
import io.ovation.Ovation;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.live.LiveSide;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * TLS in the server, with a certificate that is replaced as Kubernetes replaces a secret's files: the names stay, and
 * the directory that they lead through becomes another.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        classes = {Ovation.class, Sides.class},
        properties = {
            "ovation.security.jwt-secret=" + TestTokens.SECRET,
            "ovation.data=target/edge-tls",
            "ovation.patience.unread=2s",
            "spring.ssl.bundle.watch.file.quiet-period=300ms"
        })
@ActiveProfiles("standalone")
@ContextConfiguration(initializers = Tls.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TlsEdgeTest {
    private static final String STREAM = "/api/conversations/01990000-0000-7000-8000-00000000000a/stream";
    private static final Path SECRET = secret();

    @LocalServerPort
    private int port;

    @Autowired
    private MeterRegistry registry;

    @Autowired
    private QueryBus queries;

    @Autowired
    private QueryUpdateEmitter emitter;

    @DynamicPropertySource
    static void certificate(DynamicPropertyRegistry registry) {
        registry.add("ovation.tls.certificate", () -> SECRET.resolve("tls.crt").toString());
        registry.add("ovation.tls.key", () -> SECRET.resolve("tls.key").toString());
    }

    private static Path secret() {
        try {
            Path secret = Files.createTempDirectory("tls-secret");
            replace(secret, "first");
            Files.createSymbolicLink(secret.resolve("tls.crt"), Path.of("..data/tls.crt"));
            Files.createSymbolicLink(secret.resolve("tls.key"), Path.of("..data/tls.key"));
            return secret;
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The new files in a directory of their own, and a link to it that takes the place of the one before. */
    private static void replace(Path secret, String name)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path version = Files.createDirectory(secret.resolve(".." + name));
        char[] password = "changeit".toCharArray();
        Path store = version.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), password);
        pem(version.resolve("tls.crt"), "CERTIFICATE", keys.getCertificate("server").getEncoded());
        pem(version.resolve("tls.key"), "PRIVATE KEY", keys.getKey("server", password).getEncoded());
        Path link = Files.createSymbolicLink(secret.resolve("..data_tmp"), version.getFileName());
        Files.move(link, secret.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void pem(Path file, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private static SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        return context;
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private String served() throws IOException, GeneralSecurityException {
        try (SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            Certificate certificate = socket.getSession().getPeerCertificates()[0];
            return ((X509Certificate) certificate).getSubjectX500Principal().getName();
        }
    }

    @Test
    void eachCertificateThatTakesThePlaceOfAnotherIsServedAndConnectionsGoOn() throws Exception {
        assertThat(served()).isEqualTo("CN=first");
        assertThat(registry.find("ssl.chain.expiry").meters())
                .as("for the alert OvationCertificateExpires")
                .isNotEmpty();
        try (SSLSocket open = (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
            open.startHandshake();
            for (String name : new String[] {"second", "third", "fourth"}) {
                replace(SECRET, name);
                long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                while (!served().equals("CN=" + name)) {
                    assertThat(System.nanoTime()).as("%s is served within a minute", name).isLessThan(end);
                    LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                }
            }
            open.getOutputStream()
                    .write("GET /actuator/health/liveness HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = open.getInputStream().readNBytes(15);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void whatIsNoHttpIsRefusedAsWithoutTls() throws Exception {
        try (SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json", "validation_failed");
        }
    }

    @Test
    void pipelinedRequestsWhoseAnswersNobodyReadsWaitWithTheClient() throws Exception {
        byte[] requests = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n".repeat(400).getBytes(StandardCharsets.US_ASCII);
        int most = 16_000_000;
        try (SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
            int sent = 0;
            try {
                while (sent < most) {
                    socket.getOutputStream().write(requests);
                    sent += requests.length;
                }
            } catch (IOException cut) {
                assertThat(cut).isNotNull();
            }
            // the buffers of two sockets are far less
            assertThat(sent).isLessThan(most);
        }
    }

    @Test
    void itSpeaksHttp2ForRequestsAndStreams() throws Exception {
        try (LiveSide live = new LiveSide(queries, emitter);
                HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting())
                .version(HttpClient.Version.HTTP_2)
                .build()) {
            assertThat(live).isNotNull();
            HttpResponse<String> answer =
                    client.send(request("/actuator/health/liveness"), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            HttpResponse<String> refusal = client.send(request("/api/nonsense"), BodyHandlers.ofString());
            assertThat(refusal.statusCode()).isEqualTo(404);
            assertThat(refusal.version()).isEqualTo(HttpClient.Version.HTTP_2);
            HttpResponse<InputStream> stream = client.send(request(STREAM), BodyHandlers.ofInputStream());
            assertThat(stream.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(stream.statusCode()).isEqualTo(200);
            byte[] first = stream.body().readNBytes(10);
            assertThat(new String(first, StandardCharsets.UTF_8)).startsWith("retry:");
            stream.body().close();
            client.shutdownNow();
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + TestTokens.of("ann"))
                .timeout(Duration.ofSeconds(20))
                .build();
    }
}
