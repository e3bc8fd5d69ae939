package io.ovation.documents.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The directory of a projection: a directory of documents for each generation, named by their version and a number, and
 * a file that names the one which is read. That file is exchanged in one step, so that a crash at any moment leaves the
 * one or the other. For one thread at a time.
 */
final class GenerationDirectory {
    private static final String CURRENT = "current";

    private final Path path;

    GenerationDirectory(Path path) {
        this.path = path;
    }

    /** Documents of one version. */
    record Generation(int version, int number) {
        static @Nullable Generation of(String name) {
            String[] parts = name.split("\\.", -1);
            try {
                return parts.length == 2
                        ? new Generation(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]))
                        : null;
            } catch (NumberFormatException e) {
                return null;
            }
        }

        String name() {
            return version + "." + number;
        }

        Generation next() {
            return new Generation(version, number + 1);
        }
    }

    /** Of the projection. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    Path of(Generation generation) {
        return path.resolve(generation.name());
    }

    /** The one that is read; null where there is none. */
    @Nullable
    Generation current() throws IOException {
        try {
            Generation named = Generation.of(Files.readString(path.resolve(CURRENT)).strip());
            return named != null && Files.isDirectory(of(named)) ? named : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The latest of a version that is there; null where there is none. */
    @Nullable
    Generation latest(int version) throws IOException {
        return all().stream()
                .filter(each -> each.version() == version)
                .max(Comparator.comparingInt(Generation::number))
                .orElse(null);
    }

    private List<Generation> all() throws IOException {
        Files.createDirectories(path);
        try (Stream<Path> found = Files.list(path)) {
            return found.filter(Files::isDirectory)
                    .map(each -> Generation.of(String.valueOf(each.getFileName())))
                    .flatMap(Stream::ofNullable)
                    .toList();
        }
    }

    /** Has that one be read from now on. */
    void exchange(Generation generation) throws IOException {
        Path next = path.resolve(CURRENT + ".next");
        Files.writeString(next, generation.name());
        Files.move(next, path.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes all but these. */
    void keepOnly(Generation... kept) {
        try {
            for (Generation each : all()) {
                if (!List.of(kept).contains(each)) {
                    DocumentsDirectory.delete(of(each));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Documents of no use in " + path + " cannot be deleted", e);
        }
    }
}
