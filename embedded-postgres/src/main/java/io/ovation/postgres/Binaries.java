package io.ovation.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once for each version from the jar of this platform. */
final class Binaries {
    private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final String UNFINISHED = "unpacking-";
    private static final Duration ABANDONED = Duration.ofHours(1);

    private Binaries() {}

    /**
     * The directory that holds {@code bin/postgres}: in the user's cache, so that they are unpacked once for all data
     * directories, or, for a user without one, in the directory given.
     */
    static Path unpacked(Path otherwise) {
        try {
            Path cache = writable(userCache(System.getenv(), System.getProperty("user.home", ""))) instanceof Path path
                    ? path
                    : Files.createDirectories(otherwise);
            return unpackedIn(cache, archive());
        } catch (IOException e) {
            throw DataDirectoryUnavailable.because("PostgreSQL could not be unpacked", e);
        }
    }

    /**
     * What is there under the archive's digest is whole: a tree is unpacked beside it and renamed at the end, so a kill
     * half-way leaves none.
     */
    static Path unpackedIn(Path cache, String archive) throws IOException {
        Path home = cache.resolve("postgres-" + digest(archive));
        if (Files.isDirectory(home)) {
            return home;
        }
        removeAbandoned(cache);
        Path unpacking = Files.createTempDirectory(cache, UNFINISHED);
        try {
            unpack(archive, unpacking);
            Files.setPosixFilePermissions(unpacking, EXECUTABLE);
            Files.move(unpacking, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Trees.delete(unpacking);
            if (!Files.isDirectory(home)) {
                throw e;
            }
            LOG.debug("Another process unpacked {} at the same time", home);
        }
        return home;
    }

    private static void removeAbandoned(Path cache) throws IOException {
        Instant abandoned = Instant.now().minus(ABANDONED);
        try (var trees = Files.newDirectoryStream(cache, UNFINISHED + "*")) {
            for (Path tree : trees) {
                if (Files.getLastModifiedTime(tree).toInstant().isBefore(abandoned)) {
                    Trees.delete(tree);
                }
            }
        }
    }

    /** Where this system's users keep what can be made again; a relative path if this user has no home. */
    static Path userCache(Map<String, String> environment, String home) {
        String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!configured.isBlank()) {
            return Path.of(configured, "ovation");
        }
        return isMac() ? Path.of(home, "Library", "Caches", "ovation") : Path.of(home, ".cache", "ovation");
    }

    private static @Nullable Path writable(Path cache) {
        if (!cache.isAbsolute()) {
            return null;
        }
        try {
            if (!Files.isDirectory(cache)) {
                Files.createDirectories(cache.getParent());
                Files.createDirectories(cache, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            return Files.isWritable(cache) ? cache : null;
        } catch (IOException e) {
            LOG.debug("{} cannot be used as a cache", cache, e);
            return null;
        }
    }

    static boolean isMac() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    }

    /** This platform's resource, as the binaries' jars name it. */
    static String archive() {
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        boolean arm = List.of("aarch64", "arm64").contains(machine);
        return "/postgres-" + (isMac() ? "darwin" : "linux") + (arm ? "-arm_64" : "-x86_64") + ".txz";
    }

    private static InputStream open(String archive) {
        InputStream resource = Binaries.class.getResourceAsStream(archive);
        if (resource == null) {
            throw new DataDirectoryUnavailable("No embedded PostgreSQL is packed for " + System.getProperty("os.name")
                    + " on " + System.getProperty("os.arch") + ": set OVATION_EVENTSTORE_URL to a server");
        }
        return new BufferedInputStream(resource, 1 << 16);
    }

    private static String digest(String archive) throws IOException {
        try (DigestInputStream input = new DigestInputStream(open(archive), MessageDigest.getInstance("SHA-256"))) {
            input.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(input.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static void unpack(String archive, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(open(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("An entry of the archive lies outside of it: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, file);
                    if ((entry.getMode() & 0111) != 0) {
                        Files.setPosixFilePermissions(file, EXECUTABLE);
                    }
                }
            }
        }
    }
}
