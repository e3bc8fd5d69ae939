package io.ovation.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.SignedJWT;
import io.ovation.edge.TestTokens;
import io.ovation.security.TokenVerifier.Trust;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Secrets are exchanged while tokens of both are about, without a restart. */
class SecretDirectoryTest {
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final String OLD = "the secret of the year 2025, of 32 bytes";
    private static final String NEW = "the secret of the year 2026, of 32 bytes";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    @TempDir
    private Path directory = Path.of("");

    private @Nullable SecretDirectory secrets;

    @BeforeEach
    void one() throws IOException {
        put("2025", OLD);
    }

    @AfterEach
    void away() {
        if (secrets != null) {
            secrets.close();
        }
    }

    private void put(String kid, String secret) throws IOException {
        Files.writeString(directory.resolve(kid), secret + "\n");
    }

    private TokenVerifier verifier() {
        secrets = new SecretDirectory(directory, null, Map.of(), time, PERIOD);
        return new TokenVerifier(
                new Trust(secrets, new TokenClaims(null, null, Duration.ZERO, 200, Clock.systemUTC())), null);
    }

    private static SecretKey key(String secret) {
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    private static String token(@Nullable String kid, String secret) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(),
                    TestTokens.claims("ann").build());
            token.sign(new MACSigner(key(secret)));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static VerifiedToken takes(TokenVerifier verifier, String token) {
        return verifier.verify(token).blockOptional().orElseThrow();
    }

    private static void refuses(TokenVerifier verifier, String token) {
        assertThatExceptionOfType(Unauthenticated.class)
                .isThrownBy(() -> verifier.verify(token).block());
    }

    private void wait(Duration duration) {
        time.advanceTimeBy(duration);
    }

    @Test
    void aNewSecretCountsWhenItIsThereAndTheOldOneUntilItIsTakenOut() throws IOException {
        TokenVerifier verifier = verifier();
        refuses(verifier, token("2026", NEW));
        refuses(verifier, token(null, OLD));

        put("2026", NEW);
        wait(PERIOD);
        VerifiedToken young = takes(verifier, token("2026", NEW));
        VerifiedToken old = takes(verifier, token("2025", OLD));
        refuses(verifier, token("2026", OLD));
        assertThat(verifier.hasEnded(old)).isFalse();

        Files.delete(directory.resolve("2025"));
        wait(PERIOD);
        refuses(verifier, token("2025", OLD));
        takes(verifier, token("2026", NEW));
        // what was opened with it ends, too
        assertThat(verifier.hasEnded(old)).isTrue();
        assertThat(verifier.hasEnded(young)).isFalse();

        put("2025", OLD);
        wait(PERIOD);
        assertThat(verifier.hasEnded(takes(verifier, token("2025", OLD)))).isFalse();
    }

    @Test
    void aSecretThatTakesThePlaceOfAnotherUnderItsNameEndsWhatWasOpenedWithThatOne() throws IOException {
        put("2026", OLD + ", and it leaked");
        TokenVerifier verifier = verifier();
        VerifiedToken forged = takes(verifier, token("2026", OLD + ", and it leaked"));
        VerifiedToken other = takes(verifier, token("2025", OLD));
        put("2026", NEW);
        wait(PERIOD);
        assertThat(verifier.hasEnded(forged)).isTrue();
        assertThat(verifier.hasEnded(other)).isFalse();
        assertThat(verifier.hasEnded(takes(verifier, token("2026", NEW)))).isFalse();
    }

    @Test
    void whatTheUsualSecretHasSignedDoesNotEndWithAnother() throws IOException {
        secrets = new SecretDirectory(directory, key(NEW), Map.of(), time, PERIOD);
        TokenVerifier verifier = new TokenVerifier(
                new Trust(secrets, new TokenClaims(null, null, Duration.ZERO, 200, Clock.systemUTC())), null);
        put("2027", OLD);
        wait(PERIOD);
        Files.delete(directory.resolve("2027"));
        wait(PERIOD);
        assertThat(verifier.hasEnded(takes(verifier, token("2027", NEW)))).isFalse();
    }

    @Test
    void aLinkWhoseTargetIsExchangedIsFollowedEachTime() throws IOException {
        Files.delete(directory.resolve("2025"));
        Files.writeString(Files.createDirectory(directory.resolve("..one")).resolve("2025"), OLD);
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..one"));
        Files.createSymbolicLink(directory.resolve("2025"), Path.of("..data/2025"));
        Files.createSymbolicLink(directory.resolve("2026"), Path.of("..data/2026"));
        TokenVerifier verifier = verifier();
        takes(verifier, token("2025", OLD));

        for (String next : new String[] {"..two", "..three", "..four"}) {
            Path to = Files.createDirectory(directory.resolve(next));
            String secret = NEW + next;
            Files.writeString(to.resolve("2026"), secret);
            Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of(next));
            Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
            wait(PERIOD);
            takes(verifier, token("2026", secret));
            refuses(verifier, token("2025", OLD));
        }
    }

    @Test
    void whatCannotBeUsedLeavesAllAsItWas() throws IOException {
        TokenVerifier verifier = verifier();

        put("2026", "too short");
        wait(PERIOD);
        takes(verifier, token("2025", OLD));
        put("2026", NEW);
        wait(PERIOD);
        takes(verifier, token("2026", NEW));
        Files.delete(directory.resolve("2025"));
        Files.delete(directory.resolve("2026"));
        wait(PERIOD);
        takes(verifier, token("2025", OLD));
        takes(verifier, token("2026", NEW));
    }

    @Test
    void noSecretOrOneThatIsNoneIsRefusedAtTheStart() throws IOException {
        put("2026", "too short");
        assertThatExceptionOfType(SecretUnusable.class)
                .isThrownBy(this::verifier)
                .withMessageContaining("2026")
                .withMessageNotContaining("too short");
        Files.delete(directory.resolve("2025"));
        Files.delete(directory.resolve("2026"));
        assertThatExceptionOfType(SecretUnusable.class).isThrownBy(this::verifier);
        assertThatExceptionOfType(SecretUnusable.class)
                .isThrownBy(() ->
                        new SecretDirectory(directory.resolve("gone"), null, Map.of(), time, PERIOD))
                .withMessageContaining("cannot be read");
    }

    @Test
    void aKidHasOneSecret() {
        assertThatExceptionOfType(SecretUnusable.class)
                .isThrownBy(() -> new SecretDirectory(directory, null, Map.of("2025", key(NEW)), time, PERIOD))
                .withMessageContaining("2025");
    }
}
