package io.ovation.eventstore.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked once from the jar of this platform into the data directory. */
final class Binaries {
    private Binaries() {}

    /** The directory that holds {@code bin/postgres}. A kill half-way leaves nothing that looks whole: the tree is renamed into its place at the end. */
    static Path unpackInto(Path data) {
        String archive = "/postgres-" + platform() + ".txz";
        try {
            Path home = data.resolve("postgres-programs-" + digest(archive));
            if (Files.isDirectory(home)) {
                return home;
            }
            Path unpacking = Files.createTempDirectory(data, "unpacking-");
            unpack(archive, unpacking);
            moveIntoPlace(unpacking, home);
            return home;
        } catch (IOException e) {
            throw new DataDirectoryUnavailable("PostgreSQL could not be unpacked into " + data, e);
        }
    }

    private static void moveIntoPlace(Path from, Path home) throws IOException {
        try {
            Files.move(from, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("another process unpacked at the same time", e);
        }
    }

    /** The names that the binaries' jars use. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String processor = machine.equals("aarch64") || machine.equals("arm64") ? "arm_64" : "x86_64";
        return (system.contains("mac") ? "darwin" : "linux") + "-" + processor;
    }

    private static InputStream open(String archive) throws IOException {
        InputStream resource = Binaries.class.getResourceAsStream(archive);
        if (resource == null) {
            throw new DataDirectoryUnavailable(
                    "There is no embedded PostgreSQL for this platform: set OVATION_EVENTSTORE_URL to a server");
        }
        return new BufferedInputStream(resource, 1 << 16);
    }

    private static String digest(String archive) throws IOException {
        try (DigestInputStream input = new DigestInputStream(open(archive), MessageDigest.getInstance("SHA-256"))) {
            input.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(input.getMessageDigest().digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static void unpack(String archive, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(open(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("An entry of the archive lies outside of it: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(file.getParent());
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(tar, file, StandardCopyOption.REPLACE_EXISTING);
                    if ((entry.getMode() & 0111) != 0) {
                        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
    }
}
