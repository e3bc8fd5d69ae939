package io.ovation.backup;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.ovation.postgres.BackupDoor;
import io.ovation.postgres.DataDirectoryUnavailable;
import io.ovation.postgres.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./ovation backup} and {@code ./ovation restore}, as the launcher calls them: exit code 0 when it went well, 1
 * for a failure and 2 for a command line that can't be understood, each told in one line. One thread's.
 */
public final class BackupCommand {
    private static final int FAILED = 1;
    private static final int MISUNDERSTOOD = 2;
    private static final double MEBIBYTE = 1 << 20;

    private final PrintStream out;
    private final String version;

    private BackupCommand(PrintStream out, String version) {
        this.out = out;
        this.version = version;
    }

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err, System.getProperty("ovation.version", "unknown")));
    }

    static int run(String[] args, PrintStream out, PrintStream err, String version) {
        try {
            new BackupCommand(out, version).run(List.of(args));
            return 0;
        } catch (Misunderstood wrong) {
            err.println("ovation: " + wrong.getMessage());
            return MISUNDERSTOOD;
        } catch (BackupFailed failed) {
            err.println("ovation: " + failed.getMessage());
        } catch (DataDirectoryUnavailable unavailable) {
            err.println("ovation: " + unavailable.oneLine());
        } catch (IOException failed) {
            err.println("ovation: " + reason(failed));
        } catch (SQLException failed) {
            err.println("ovation: PostgreSQL does not do its part: " + oneLine(String.valueOf(failed.getMessage())));
        }
        return FAILED;
    }

    private static String reason(IOException failed) {
        return switch (failed) {
            case AccessDeniedException denied -> "Permission denied for " + denied.getFile();
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            default -> oneLine(String.valueOf(failed.getMessage()));
        };
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private void run(List<String> args) throws IOException, SQLException {
        if (args.isEmpty()) {
            throw new Misunderstood("Say what to do: backup or restore");
        }
        String command = args.getFirst();
        Arguments arguments = Arguments.of(args.subList(1, args.size()));
        switch (command) {
            case "backup" -> {
                Path directory = arguments.only("a directory for the back-up");
                if (arguments.verify()) {
                    verify(directory);
                } else {
                    back(arguments.data(Path.of("data")), directory);
                }
            }
            case "restore" -> {
                if (arguments.verify()) {
                    throw new Misunderstood("--verify is an option of backup");
                }
                Path directory = arguments.only("the directory of the back-up");
                restore(directory, arguments.data(null));
            }
            default -> throw new Misunderstood("Unknown command " + command);
        }
    }

    private void back(Path data, Path target) throws IOException, SQLException {
        long start = System.nanoTime();
        if (!Files.isDirectory(BackupDoor.cluster(data))) {
            throw new BackupFailed("There is no embedded log in " + data
                    + ": a log in a PostgreSQL of its own is backed up by that one's means (docs/production.md)");
        }
        Optional<BackupDoor> running = BackupDoor.of(data);
        Manifest manifest;
        if (running.isPresent()) {
            manifest = Backup.take(data, running.get(), target, version);
        } else {
            // nobody writes; what PostgreSQL has to do to a directory after a crash, it does before the copying
            try (EmbeddedPostgres _ = EmbeddedPostgres.start(data)) {
                BackupDoor door = BackupDoor.of(data)
                        .orElseThrow(() -> new BackupFailed("PostgreSQL in " + data + " takes no connections"));
                manifest = Backup.take(data, door, target, version);
            }
        }
        say("backed up", manifest, target, start);
    }

    private void verify(Path directory) throws IOException {
        long start = System.nanoTime();
        BackedUp backup = BackedUp.in(directory);
        backup.verify();
        say("the back-up is whole:", backup.manifest(), directory, start);
    }

    private void restore(Path directory, Path data) throws IOException, SQLException {
        long start = System.nanoTime();
        BackedUp backup = BackedUp.in(directory);
        Restore.into(data, backup);
        say("restored", backup.manifest(), data, start);
    }

    private void say(String what, Manifest manifest, Path place, long start) {
        double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        out.printf(
                Locale.ROOT,
                "%s %s: %d files, %.1f MiB, as of %s, in %.1f s%n",
                what,
                place,
                manifest.files().size(),
                manifest.bytes() / MEBIBYTE,
                manifest.taken(),
                seconds);
    }

    /** What stands behind a command's name. */
    private record Arguments(List<Path> paths, @Nullable Path data, boolean verify) {
        static Arguments of(List<String> args) {
            List<Path> paths = new ArrayList<>();
            Path data = null;
            boolean verify = false;
            for (int i = 0; i < args.size(); i++) {
                String arg = args.get(i);
                if (arg.equals("--verify")) {
                    verify = true;
                } else if (arg.equals("--data") && i + 1 < args.size()) {
                    data = path(args.get(++i));
                } else if (arg.startsWith("--data=")) {
                    data = path(arg.substring("--data=".length()));
                } else if (arg.startsWith("-")) {
                    throw new Misunderstood(
                            arg.equals("--data") ? "--data needs a directory" : "Unknown option " + arg);
                } else {
                    paths.add(path(arg));
                }
            }
            return new Arguments(paths, data, verify);
        }

        private static Path path(String text) {
            if (text.isBlank()) {
                throw new Misunderstood("A directory has a name");
            }
            return Path.of(text).toAbsolutePath().normalize();
        }

        Path only(String what) {
            if (paths.size() != 1) {
                throw new Misunderstood("Name " + what + (paths.isEmpty() ? "" : ", and nothing else"));
            }
            return paths.getFirst();
        }

        /** The data directory, or the usual one; where there is none, it has to be named. */
        Path data(@Nullable Path usual) {
            if (data != null) {
                return data;
            }
            if (usual == null) {
                throw new Misunderstood("Name a new data directory with --data");
            }
            return usual.toAbsolutePath().normalize();
        }
    }

    private static final class Misunderstood extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Misunderstood(String oneLine) {
            super(oneLine, null, false, false);
        }
    }
}
