package io.ovation.documents.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Where a store's files are, and where they go when they are of no use any more. For one thread at a time. */
final class DocumentsDirectory {
    private static final String ASIDE = ".aside";

    private final Path path;

    DocumentsDirectory(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Whose they are. */
    String name() {
        Path parent = path.toAbsolutePath().getParent();
        return (parent == null ? "" : parent.getFileName() + ", ") + path.getFileName();
    }

    /**
     * Moves the files aside, so that somebody can look at them. What was put aside before is deleted, also of other
     * generations of the same documents: a disk of damaged copies would be full. Nothing may use them.
     *
     * @return where they are now
     */
    Path putAside() {
        Path aside = path.resolveSibling(path.getFileName() + ASIDE);
        try {
            deleteAllAside(aside);
            if (Files.exists(path)) {
                Files.move(path, aside);
            }
            return aside;
        } catch (IOException e) {
            throw new UncheckedIOException("The read models in " + path + " cannot be put aside", e);
        }
    }

    private static void deleteAllAside(Path aside) throws IOException {
        List<Path> earlier;
        try (Stream<Path> found = Files.list(Objects.requireNonNull(aside.toAbsolutePath().getParent()))) {
            earlier = found.filter(each -> each.toString().endsWith(ASIDE)).toList();
        }
        for (Path each : earlier) {
            delete(each);
        }
    }

    /** Deletes a file, or a directory and all that is in it; nothing where there is none. */
    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> found = Files.walk(path)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        }
    }
}
