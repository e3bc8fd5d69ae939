package io.ovation.reference;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * {@code /docs}, and the viewer that it uses, Swagger UI as its WebJar has it. Each file is read when it is first asked
 * for, off the event loops, and then kept: to read from a jar blocks. Thread-safe.
 */
final class ReferencePage {
    private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui/";
    private static final String ITS_VERSION = "META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final MediaType SCRIPT = MediaType.parseMediaType("text/javascript;charset=UTF-8");
    private static final MediaType STYLE = MediaType.parseMediaType("text/css;charset=UTF-8");
    private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=UTF-8");
    private static final Duration FRESH = Duration.ofMinutes(5);

    RouterFunction<ServerResponse> routes() {
        var version = read(ITS_VERSION).map(ReferencePage::version).cache();
        return RouterFunctions.route()
                .GET("/docs", serving(HTML, read("static/docs.html")))
                .GET("/docs/swagger-ui.css", serving(STYLE, version.flatMap(of -> viewer(of, "swagger-ui.css"))))
                .GET(
                        "/docs/swagger-ui-bundle.js",
                        serving(SCRIPT, version.flatMap(of -> viewer(of, "swagger-ui-bundle.js"))))
                .build();
    }

    private static HandlerFunction<ServerResponse> serving(
            MediaType type, Mono<byte[]> file) {
        Mono<byte[]> kept = file.cache();
        return (ServerRequest request) -> kept.flatMap(bytes -> ServerResponse.ok()
                .contentType(type)
                .cacheControl(CacheControl.maxAge(FRESH).cachePublic())
                .bodyValue(bytes));
    }

    private static Mono<byte[]> viewer(String version, String file) {
        return read(WEBJAR + version + "/" + file);
    }

    private static Mono<byte[]> read(String resource) {
        return Mono.fromCallable(() -> new ClassPathResource(resource).getContentAsByteArray())
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static String version(byte[] properties) {
        Properties read = new Properties();
        try (InputStream from = new ByteArrayInputStream(properties)) {
            read.load(from);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return read.getProperty("version", "");
    }
}
