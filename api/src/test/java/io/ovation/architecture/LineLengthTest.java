package io.ovation.architecture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the whole tree to lines that can be read side by side. */
class LineLengthTest {
    private static final int MOST = 120;
    private static final Set<String> KINDS = Set.of(
            "java", "md", "js", "ts", "html", "css", "svg", "xml", "yml", "yaml", "http", "conf", "properties", "tsv");
    private static final Set<String> SCRIPTS = Set.of("ovation", "run", "known-holes");
    private static final Set<String> MADE = Set.of("target", "node_modules", "data", "results");

    @Test
    void noLineIsLongerThan120Characters() throws IOException {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        List<String> tooLong = new ArrayList<>();
        List<Path> files = texts(root);

        for (Path file : files) {
            List<String> lines = Files.readString(file, StandardCharsets.UTF_8).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (isTooLong(lines.get(i), file)) {
                    tooLong.add(root.relativize(file) + ":" + (i + 1));
                }
            }
        }

        assertThat(files).as("the tree is found").hasSizeGreaterThan(300);
        assertThat(tooLong)
                .as("lines of more than " + MOST + " characters: wrap them")
                .isEmpty();
    }

    /** Characters count, and not bytes. A row of a table cannot be wrapped. */
    private static boolean isTooLong(String line, Path file) {
        boolean row = file.toString().endsWith(".md") && line.stripLeading().startsWith("|");
        return !row && line.codePointCount(0, line.length()) > MOST;
    }

    /** Not migrations, whose checksum is in every log, nor approved events and messages of a script, a line each. */
    private static List<Path> texts(Path root) throws IOException {
        List<Path> texts = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = directory.getFileName().toString();
                boolean hidden = name.startsWith(".") && !name.equals(".ci") && !directory.equals(root);
                return hidden || MADE.contains(name) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (KINDS.contains(name.substring(name.lastIndexOf('.') + 1)) || SCRIPTS.contains(name)) {
                    texts.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return texts;
    }
}
