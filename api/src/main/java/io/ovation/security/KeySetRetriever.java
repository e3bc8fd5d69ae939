package io.ovation.security;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;

/**
 * Fetches a key set, all of it within {@link #PATIENCE}: a time-out of the socket alone would let a provider hold a
 * thread for ever, a byte at a time. Thread-safe; blocks whoever asks.
 */
final class KeySetRetriever implements ResourceRetriever, AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Some thousand keys. */
    private static final int LARGEST = 512 * 1024;

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            // another address would be one that nobody has looked at
            .followRedirects(Redirect.NEVER)
            .build();

    private volatile boolean answers = true;

    /** Whether the provider gave an answer the last time that it was asked. */
    boolean answers() {
        return answers;
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        answers = false;
        HttpResponse<String> response = response(url);
        if (response.statusCode() != 200) {
            throw new IOException("it answers with " + response.statusCode());
        }
        answers = true;
        return new Resource(
                response.body(),
                response.headers().firstValue("Content-Type").orElse("application/jwk-set+json"));
    }

    private HttpResponse<String> response(URL url) throws IOException {
        CompletableFuture<HttpResponse<String>> answer;
        try {
            HttpRequest request = HttpRequest.newBuilder(url.toURI())
                    .header("Accept", "application/jwk-set+json, application/json")
                    .timeout(PATIENCE)
                    .build();
            answer = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST));
        } catch (URISyntaxException | IllegalArgumentException none) {
            throw new IOException("it is no address", none);
        }
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed.getCause());
        } catch (TimeoutException silent) {
            answer.cancel(true);
            throw new IOException("it does not answer in " + PATIENCE.toSeconds() + " s", silent);
        } catch (InterruptedException stopped) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
