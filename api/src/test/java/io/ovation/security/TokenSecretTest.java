package io.ovation.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.SecretKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TokenSecretTest {
    @TempDir
    private Path data = Path.of("");

    @Test
    void aSecretIsMadeOnceAndForItsOwnerAlone() throws IOException {
        Path directory = data.resolve("new/data");

        SecretKey first = TokenSecret.of(null, directory);

        assertThat(first.getEncoded()).hasSizeGreaterThanOrEqualTo(32);
        assertThat(TokenSecret.of("", directory)).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(TokenSecret.FILE))))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(directory.resolve(TokenSecret.FILE));
        }
        assertThat(TokenSecret.of(null, data.resolve("other"))).isNotEqualTo(first);
    }

    @Test
    void allThatMakeOneAtTheSameTimeHaveTheSame() throws InterruptedException {
        Set<SecretKey> keys = ConcurrentHashMap.newKeySet();
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Boolean> make = () -> keys.add(TokenSecret.of(null, data.resolve("data")));
            threads.invokeAll(Stream.generate(() -> make).limit(32).toList());
        }
        assertThat(keys).hasSize(1);
    }

    @Test
    void theOneThatIsConfiguredIsUsed() {
        String secret = "é".repeat(16);

        assertThat(TokenSecret.of(secret, data).getEncoded()).hasSize(32);
        assertThat(data.resolve(TokenSecret.FILE)).doesNotExist();
    }

    @Test
    void aSecretThatIsTooShortIsRefused() throws IOException {
        assertThatExceptionOfType(SecretUnusable.class)
                .isThrownBy(() -> TokenSecret.of("x".repeat(31), data))
                .satisfies(unusable -> assertThat(unusable.oneLine())
                        .contains("OVATION_JWT_SECRET", "31", "32")
                        .doesNotContain("xxx"));

        Files.writeString(data.resolve(TokenSecret.FILE), "cut off");
        assertThatExceptionOfType(SecretUnusable.class).isThrownBy(() -> TokenSecret.of(null, data));
    }

    @Test
    void aDataDirectoryThatIsNoneIsRefused() throws IOException {
        Path file = Files.writeString(data.resolve("file"), "");

        assertThatExceptionOfType(SecretUnusable.class)
                .isThrownBy(() -> TokenSecret.of(null, file.resolve("data")))
                .satisfies(unusable ->
                        assertThat(unusable.oneLine()).contains(file.toString()).doesNotContain("\n", "Exception"));
    }
}
