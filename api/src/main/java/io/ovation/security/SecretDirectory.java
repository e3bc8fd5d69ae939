package io.ovation.security;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKey;

import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Those who share one of the secrets with this server that lie in a directory, a file each, under the name that is
 * their {@code kid}. The directory is read again at a period, by one thread of a scheduler whose threads may block: by
 * what the files hold, since what Kubernetes makes of a secret is a link whose target is exchanged. Everything else is
 * safe for any number of threads, and never blocks.
 */
final class SecretDirectory implements Signers, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SecretDirectory.class);

    /** What Kubernetes and editors put beside the files begins with a dot. */
    private static final String BESIDE = ".";

    private final Path directory;
    private final @Nullable SecretKey usual;
    private final Map<String, SecretKey> configured;
    private final Disposable looking;

    private volatile SharedSecrets current;

    /** Of the thread that looks. */
    private Map<String, SecretKey> known;

    private String complaint = "";

    /**
     * Reads the directory; throws {@link SecretUnusable} where it holds no secret, or one that is too short.
     *
     * @param usual the secret of tokens without a {@code kid}; null for none
     * @param configured the secrets that the settings have beside it, which stay
     */
    SecretDirectory(
            Path directory,
            @Nullable SecretKey usual,
            Map<String, SecretKey> configured,
            Scheduler scheduler,
            Duration period) {
        this.directory = directory;
        this.usual = usual;
        this.configured = Map.copyOf(configured);
        this.known = read();
        this.current = signers(known);
        this.looking = scheduler.schedulePeriodically(
                this::look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Mono<Signer> signer(SignedJWT token) {
        return current.signer(token);
    }

    @Override
    public boolean count(Signer signer) {
        return current.count(signer);
    }

    /** What cannot be used leaves all as it was: the secrets from before are better than none. */
    private void look() {
        try {
            Map<String, SecretKey> found = read();
            complaint = "";
            if (!found.equals(known)) {
                current = signers(found);
                known = found;
                log.info("Tokens count that are signed by the secrets {}", new TreeSet<>(found.keySet()));
            }
        } catch (SecretUnusable unusable) {
            String why = String.valueOf(unusable.getMessage());
            if (!why.equals(complaint)) {
                complaint = why;
                log.error("{}; the secrets from before go on to count", why);
            }
        }
    }

    private SharedSecrets signers(Map<String, SecretKey> found) {
        Map<String, SecretKey> all = new HashMap<>(configured);
        all.putAll(found);
        return new SharedSecrets(usual, all);
    }

    private Map<String, SecretKey> read() {
        Map<String, SecretKey> found = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.startsWith(BESIDE) && Files.isRegularFile(file)) {
                    if (configured.containsKey(name)) {
                        throw new SecretUnusable("There are two secrets of the kid " + name + ": in " + file
                                + " and in ovation.security.jwt-secrets");
                    }
                    found.put(name, TokenSecret.key(Files.readString(file).strip(), file.toString()));
                }
            }
        } catch (IOException unreadable) {
            throw new SecretUnusable(
                    "The token secrets in " + directory + " cannot be read: " + TokenSecret.reason(unreadable));
        }
        if (found.isEmpty()) {
            throw new SecretUnusable("There is no token secret in " + directory);
        }
        return Map.copyOf(found);
    }

    @Override
    public void close() {
        looking.dispose();
    }
}
