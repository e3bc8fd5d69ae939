package io.ovation.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * The keys that HS256 tokens are signed with: those that are configured, or one of our own making that is kept in the
 * data directory; and the one for tokens for development, which is kept there too and is never another's. Stateless.
 */
final class TokenSecret {
    static final String FILE = "jwt-secret";
    static final String FOR_DEVELOPMENT = "dev-token-secret";

    /** RFC 7518, section 3.2: a key at least as long as the hash. */
    private static final int LEAST_BYTES = 32;

    private static final Duration LOOK = Duration.ofSeconds(5);

    private TokenSecret() {}

    /**
     * Whoever signs tokens with one of the secrets.
     *
     * @param scheduler whose threads may block
     */
    static Signers signers(TokenSettings settings, Path data, Scheduler scheduler) {
        Map<String, SecretKey> byId = new HashMap<>();
        settings.jwtSecrets()
                .forEach((id, secret) -> byId.put(id, key(secret, "ovation.security.jwt-secrets." + id)));
        String usual = settings.jwtSecret();
        boolean isSet = usual != null && !usual.isEmpty();
        Path directory = settings.jwtSecretsDirectory();
        if (directory != null) {
            return new SecretDirectory(directory, isSet ? of(usual, data) : null, byId, scheduler, LOOK);
        }
        return new SharedSecrets(isSet || byId.isEmpty() ? of(usual, data) : null, byId);
    }

    static SecretKey of(@Nullable String configured, Path data) {
        return configured != null && !configured.isEmpty()
                ? key(configured, "OVATION_JWT_SECRET")
                : kept(data.resolve(FILE), "; set OVATION_JWT_SECRET instead");
    }

    static SecretKey forDevelopment(Path data) {
        return kept(data.resolve(FOR_DEVELOPMENT), "; without it start with --ovation.security.dev-tokens=false");
    }

    private static SecretKey kept(Path file, String instead) {
        try {
            return key(read(file), file.toString());
        } catch (IOException unusable) {
            throw new SecretUnusable(
                    "The token secret cannot be kept in " + file + ": " + reason(unusable) + instead);
        }
    }

    static SecretKey key(String secret, String source) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < LEAST_BYTES) {
            throw new SecretUnusable("The token secret in " + source + " has " + bytes.length
                    + " bytes, and needs at least " + LEAST_BYTES);
        }
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    private static String read(Path file) throws IOException {
        if (!Files.exists(file)) {
            make(file);
        }
        return Files.readString(file).strip();
    }

    /**
     * Under a name of its own first, so that whoever starts beside us or is killed meanwhile never leaves half a
     * secret.
     */
    private static void make(Path file) throws IOException {
        Path directory =
                Files.createDirectories(file.toAbsolutePath().normalize().getParent());
        byte[] random = new byte[48];
        new SecureRandom().nextBytes(random);
        Path draft = Files.createTempFile(directory, file.getFileName().toString(), ".new", ownerOnly(directory));
        try {
            Files.writeString(draft, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
            link(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** A link, unlike a move, never takes the place of a secret that another server made at the same moment. */
    private static void link(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException another) {
            // its secret is as good as ours, and in use
            return;
        } catch (UnsupportedOperationException noLinks) {
            move(draft, file);
        }
    }

    private static void move(Path draft, Path file) throws IOException {
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException notHere) {
            Files.move(draft, file);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path directory) {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    static String reason(IOException failure) {
        return failure.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .replace(" Exception", "")
                .toLowerCase(Locale.ROOT);
    }
}
