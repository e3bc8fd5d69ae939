package io.ovation.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BinariesTest {
    private final Path cache;

    BinariesTest(@TempDir Path cache) {
        this.cache = cache;
    }

    @Test
    void theyAreUnpackedOnceAlsoByTwoAtATime() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Path> unpack = () -> Binaries.unpackedIn(cache, Binaries.archive());
            List<Future<Path>> both = threads.invokeAll(List.of(unpack, unpack));
            Path home = both.getFirst().get();
            assertThat(both.getLast().get()).isEqualTo(home);
            assertThat(home.resolve("bin/postgres")).isExecutable();
            assertThat(cache).isDirectoryNotContaining("glob:**/unpacking-*");

            FileTime unpacked = Files.getLastModifiedTime(home);
            assertThat(unpack.call()).isEqualTo(home);
            assertThat(Files.getLastModifiedTime(home)).isEqualTo(unpacked);
        }
    }

    @Test
    void whatAKilledProcessLeftHalfUnpackedIsNotUsedAndGoesAway() throws IOException {
        Path abandoned = Files.createDirectory(cache.resolve("unpacking-1"));
        Files.writeString(abandoned.resolve("README"), "half");
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path underWay = Files.createDirectories(cache.resolve("unpacking-2"));

        Path home = Binaries.unpackedIn(cache, Binaries.archive());

        assertThat(home.resolve("bin/postgres"))
                .satisfies(program -> assertThat(Files.size(program)).isGreaterThan(1_000_000));
        assertThat(abandoned).doesNotExist();
        assertThat(underWay).exists();
    }

    @Test
    void anUnknownPlatformIsOneLine() {
        assertThatThrownBy(() -> Binaries.unpackedIn(cache, "/postgres-beos-m68k.txz"))
                .isInstanceOfSatisfying(DataDirectoryUnavailable.class, e -> assertThat(e.oneLine())
                        .startsWith("No embedded PostgreSQL")
                        .contains("OVATION_EVENTSTORE_URL"));
    }

    @Test
    void theCacheIsTheUsersOwn() {
        assertThat(Binaries.userCache(Map.of("XDG_CACHE_HOME", "/cache"), "/home/ada"))
                .isEqualTo(Path.of("/cache/ovation"));
        assertThat(Binaries.userCache(Map.of(), "/home/ada").toString())
                .startsWith("/home/ada/")
                .endsWith("/ovation");
        assertThat(Binaries.userCache(Map.of(), "?"))
                .as("a user without a home")
                .isRelative();
    }
}
