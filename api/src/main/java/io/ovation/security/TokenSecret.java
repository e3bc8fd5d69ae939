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
import java.util.Base64;
import java.util.Locale;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The key that HS256 tokens are signed with: the one that is configured, or one of our own making that is kept in the
 * data directory.
 */
final class TokenSecret {
    static final String FILE = "jwt-secret";

    /** RFC 7518, section 3.2: a key at least as long as the hash. */
    private static final int LEAST_BYTES = 32;

    private TokenSecret() {}

    static SecretKey of(@Nullable String configured, Path data) {
        if (configured != null && !configured.isEmpty()) {
            return key(configured, "OVATION_JWT_SECRET");
        }
        Path file = data.resolve(FILE);
        try {
            return key(kept(file), file.toString());
        } catch (IOException unusable) {
            throw new SecretUnusable("The token secret cannot be kept in " + file + ": " + reason(unusable)
                    + "; set OVATION_JWT_SECRET instead");
        }
    }

    private static SecretKey key(String secret, String source) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < LEAST_BYTES) {
            throw new SecretUnusable("The token secret in " + source + " has " + bytes.length
                    + " bytes, and needs at least " + LEAST_BYTES);
        }
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    private static String kept(Path file) throws IOException {
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
        Path draft = Files.createTempFile(directory, FILE, ".new", ownerOnly(directory));
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

    private static String reason(IOException failure) {
        return failure.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .replace(" Exception", "")
                .toLowerCase(Locale.ROOT);
    }
}
