package io.ovation.security;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.ovation.Caller;
import io.ovation.edge.TestTokens;
import io.ovation.security.TokenVerifier.Trust;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TokenVerifierTest {
    private static final SecretKeySpec KEY = key(TestTokens.SECRET);

    private final TokenVerifier verifier = sharedSecret(null, null, Duration.ZERO);

    private static SecretKeySpec key(String secret) {
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    private static TokenVerifier sharedSecret(@Nullable String issuer, @Nullable String audience, Duration skew) {
        return verifier(new SharedSecrets(KEY, Map.of()), issuer, audience, skew);
    }

    private static TokenVerifier verifier(
            Signers signers, @Nullable String issuer, @Nullable String audience, Duration skew) {
        return new TokenVerifier(
                new Trust(signers, new TokenClaims(issuer, audience, skew, 200, Clock.systemUTC())), null);
    }

    private static String signed(JWTClaimsSet.Builder claims) {
        return TestTokens.signed(claims.build(), TestTokens.SECRET, JWSAlgorithm.HS256);
    }

    /** Claims that no library would write. */
    private static String signed(String claims) {
        try {
            Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
            String content = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                    + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
            return content + "."
                    + new MACSigner(KEY)
                            .sign(new JWSHeader(JWSAlgorithm.HS256), content.getBytes(StandardCharsets.UTF_8));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void refuses(TokenVerifier verifier, String token) {
        StepVerifier.create(verifier.verify(token)).verifyError(Unauthenticated.class);
    }

    @Test
    void aGoodTokenSaysWhoAndUntilWhen() {
        Instant expiry = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
        String token = signed(new JWTClaimsSet.Builder()
                .subject("ann")
                .claim("name", "Ann")
                .claim("roles", List.of("analyst", "admin", "king"))
                .claim("may", List.of("publish"))
                .expirationTime(Date.from(expiry)));

        StepVerifier.create(verifier.verify(token))
                .expectNext(new VerifiedToken(
                        new Caller("ann", true, true, Set.of("publish")),
                        Set.of("analyst", "admin"),
                        Set.of("publish"),
                        expiry,
                        expiry,
                        null,
                        new Signer(KEY)))
                .verifyComplete();
    }

    @Test
    void aSubjectMayBeAnyTextOf200Characters() {
        for (String user : List.of("é/;%😀 \"'", "😀".repeat(200), "a")) {
            StepVerifier.create(verifier.verify(TestTokens.of(user)))
                    .assertNext(token -> assertThat(token.caller()).isEqualTo(new Caller(user, false)))
                    .verifyComplete();
        }
    }

    static Stream<Arguments> bad() {
        long soon = Instant.now().getEpochSecond() + 600;
        String exp = ",\"exp\":" + soon + "}";
        String good = TestTokens.of("ann");
        return Stream.of(
                arguments("empty", ""),
                arguments("no token", "nonsense"),
                arguments("not even dots", "a.b.c"),
                arguments("alg none", new PlainJWT(TestTokens.claims("ann").build()).serialize()),
                arguments("alg none with a signature", good.replaceFirst("^[^.]+", "eyJhbGciOiJub25lIn0")),
                arguments(
                        "another secret",
                        TestTokens.signed(TestTokens.claims("ann").build(), "x".repeat(40), JWSAlgorithm.HS256)),
                arguments(
                        "HS384",
                        TestTokens.signed(TestTokens.claims("ann").build(), "x".repeat(64), JWSAlgorithm.HS384)),
                arguments("no signature", good.substring(0, good.lastIndexOf('.') + 1)),
                arguments("a changed signature", good.substring(0, good.length() - 4) + "AAAA"),
                arguments(
                        "other claims",
                        good.replaceFirst("\\.[^.]+\\.", "." + base64("{\"sub\":\"root\"" + exp) + ".")),
                arguments("no exp", signed(new JWTClaimsSet.Builder().subject("ann"))),
                arguments("exp null", signed("{\"sub\":\"ann\",\"exp\":null}")),
                arguments("exp as text", signed("{\"sub\":\"ann\",\"exp\":\"" + soon + "\"}")),
                arguments(
                        "expired",
                        signed(TestTokens.claims("ann")
                                .expirationTime(Date.from(Instant.now().minusSeconds(1))))),
                arguments(
                        "not yet",
                        signed(TestTokens.claims("ann")
                                .notBeforeTime(Date.from(Instant.now().plusSeconds(90))))),
                arguments("no sub", signed("{\"name\":\"Ann\"" + exp)),
                arguments("empty sub", signed("{\"sub\":\"\"" + exp)),
                arguments("blank sub", signed("{\"sub\":\"  \"" + exp)),
                arguments("long sub", signed("{\"sub\":\"" + "x".repeat(201) + "\"" + exp)),
                arguments("list as sub", signed("{\"sub\":[\"ann\"]" + exp)),
                arguments("white space at an end of sub", signed("{\"sub\":\"ann\u00a0\"" + exp)),
                arguments("sub that is not NFC", signed("{\"sub\":\"e\u0301\"" + exp)),
                arguments("format character in sub", signed("{\"sub\":\"a\u200bnn\"" + exp)),
                arguments("text as may", signed("{\"sub\":\"ann\",\"may\":\"publish\"" + exp)),
                arguments("nbf as text", signed("{\"sub\":\"ann\",\"nbf\":\"now\"" + exp)),
                arguments("line break in sub", signed("{\"sub\":\"a\\nb\"" + exp)),
                arguments("lone surrogate in sub", signed("{\"sub\":\"\\ud800\"" + exp)),
                arguments("number as name", signed("{\"sub\":\"ann\",\"name\":7" + exp)),
                arguments("text as roles", signed("{\"sub\":\"ann\",\"roles\":\"admin\"" + exp)),
                arguments("numbers as roles", signed("{\"sub\":\"ann\",\"roles\":[7]" + exp)),
                arguments("object as roles", signed("{\"sub\":\"ann\",\"roles\":{\"admin\":true}" + exp)),
                arguments("claims that are no object", signed("[]")),
                arguments("claims that are no JSON", signed("{")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void aBadTokenIsRefused(String what, String token) {
        refuses(verifier, token);
    }

    @Test
    void issuerAndAudienceMustBeThoseThatAreSet() {
        TokenVerifier strict =
                sharedSecret("https://id.example.org", "ovation", Duration.ZERO);

        StepVerifier.create(strict.verify(signed(TestTokens.claims("ann")
                        .issuer("https://id.example.org")
                        .audience(List.of("other", "ovation")))))
                .expectNextCount(1)
                .verifyComplete();
        refuses(strict, signed(TestTokens.claims("ann")));
        refuses(strict, signed(TestTokens.claims("ann").issuer("https://id.example.org")));
        refuses(
                strict,
                signed(TestTokens.claims("ann").issuer("https://id.example.org").audience("other")));
        refuses(
                strict,
                signed(TestTokens.claims("ann")
                        .issuer("https://evil.example.org")
                        .audience("ovation")));
    }

    @Test
    void aClockMayBeLateByAsMuchAsIsSet() {
        TokenVerifier lenient = sharedSecret(null, null, Duration.ofMinutes(1));

        StepVerifier.create(lenient.verify(signed(TestTokens.claims("ann")
                        .expirationTime(Date.from(Instant.now().minusSeconds(30))))))
                .expectNextCount(1)
                .verifyComplete();
        refuses(
                lenient,
                signed(TestTokens.claims("ann")
                        .expirationTime(Date.from(Instant.now().minusSeconds(90)))));
    }

    private static void refuses(TokenVerifier verifier, String token, String detail) {
        StepVerifier.create(verifier.verify(token))
                .verifyErrorSatisfies(refused -> assertThat(refused)
                        .isInstanceOfSatisfying(Unauthenticated.class, unauthenticated -> assertThat(
                                        unauthenticated.detail())
                                .isEqualTo("The token is not valid" + detail)));
    }

    @Test
    void whoHasSignedATokenIsToldWhichClaimIsWrongAndNobodyElseIs() {
        TokenVerifier strict = sharedSecret("https://id.example.org", "ovation", Duration.ofSeconds(5));
        JWTClaimsSet.Builder claims =
                TestTokens.claims("ann").issuer("https://id.example.org").audience("ovation");

        refuses(
                strict,
                signed(new JWTClaimsSet.Builder(claims.build())
                        .expirationTime(Date.from(Instant.now().minusSeconds(60)))),
                ": its claim exp has passed");
        refuses(
                strict,
                signed(new JWTClaimsSet.Builder(claims.build())
                        .notBeforeTime(Date.from(Instant.now().plusSeconds(60)))),
                ": its claim nbf is still to come");
        refuses(strict, signed(TestTokens.claims("ann").audience("ovation")), ": its claim iss is another's");
        refuses(
                strict,
                signed(TestTokens.claims("ann").issuer("https://id.example.org")),
                ": its claim aud names another service");
        refuses(
                strict,
                signed(new JWTClaimsSet.Builder(claims.build()).subject(" ann")),
                ": its claim sub is no id of a person");
        refuses(
                strict,
                signed(new JWTClaimsSet.Builder(claims.build()).claim("may", "all")),
                ": its claim may is no list");
        refuses(strict, TestTokens.signed(TestTokens.claims("ann").build(), "x".repeat(40), JWSAlgorithm.HS256), "");
    }

    @Test
    void clocksMayDifferByFiveSecondsBothWays() {
        TokenVerifier usual = sharedSecret(null, null, Duration.ofSeconds(5));

        for (int seconds : new int[] {-3, 3}) {
            StepVerifier.create(usual.verify(signed(TestTokens.claims("ann")
                            .notBeforeTime(Date.from(Instant.now().plusSeconds(Math.abs(seconds))))
                            .expirationTime(Date.from(Instant.now().plusSeconds(seconds))))))
                    .expectNextCount(1)
                    .verifyComplete();
        }
        refuses(usual, signed(TestTokens.claims("ann").notBeforeTime(Date.from(Instant.now().plusSeconds(8)))));
        refuses(usual, signed(TestTokens.claims("ann").expirationTime(Date.from(Instant.now().minusSeconds(6)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"253402300799", "9223372036854775807", "1e300", "99999999999999999999999"})
    void anExpiryMayBeAsFarAsItLikes(String exp) {
        StepVerifier.create(verifier.verify(signed("{\"sub\":\"ann\",\"exp\":" + exp + "}")))
                .assertNext(token -> {
                    assertThat(token.validUntil().toEpochMilli()).isEqualTo(253_402_300_799_000L);
                    assertThat(token.lasts(Instant.now()).toNanos()).isPositive();
                })
                .verifyComplete();
    }

    @Test
    void whatWasOpenedHasEndedWithinFiveSecondsOfTheExpiry() {
        Instant exp = Instant.parse("2030-01-02T03:04:05Z");

        VerifiedToken usual =
                VerifiedToken.of(new Caller("ann", false), Set.of(), Set.of(), exp, Duration.ofSeconds(5), null);
        assertThat(usual.expiresAt()).isEqualTo(exp.plusSeconds(2));
        assertThat(usual.validUntil()).isEqualTo(exp.plusSeconds(5));
        assertThat(VerifiedToken.of(new Caller("ann", false), Set.of(), Set.of(), exp, Duration.ZERO, null)
                        .expiresAt())
                .isEqualTo(exp);
    }

    @Test
    void eachKeyIdHasItsOwnSecretAndEveryOtherTheUsualOne() {
        SecretKeySpec next = key("another secret that has its 32 bytes");
        TokenVerifier both = verifier(new SharedSecrets(KEY, Map.of("2026", next)), null, null, Duration.ZERO);

        for (String good : List.of(signed("2026", next), signed("2025", KEY), TestTokens.of("ann"))) {
            StepVerifier.create(both.verify(good)).expectNextCount(1).verifyComplete();
        }
        refuses(both, signed("2026", KEY));
        refuses(both, signed("2025", next));
    }

    private static String signed(String keyId, SecretKeySpec key) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(keyId).build(),
                    TestTokens.claims("ann").build());
            token.sign(new MACSigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTokenForDevelopmentIsGoodWhereSuchAreGivenAndNowhereElse() throws JOSEException {
        SecretKeySpec own = key("a secret for development with 32 bytes");
        TokenIssuer issuer = new TokenIssuer(own, Clock.systemUTC());
        TokenClaims claims = new TokenClaims(TokenIssuer.ISSUER, null, Duration.ZERO, 200, Clock.systemUTC());
        Trust usual = new Trust(
                new SharedSecrets(KEY, Map.of()), new TokenClaims(null, null, Duration.ZERO, 200, Clock.systemUTC()));
        TokenVerifier standalone = new TokenVerifier(usual, new Trust(issuer.signers(), claims));
        String token = issuer.issue("ann", List.of("admin"), Duration.ofHours(1));

        StepVerifier.create(standalone.verify(token))
                .assertNext(verified -> assertThat(verified.caller().admin()).isTrue())
                .verifyComplete();
        StepVerifier.create(standalone.verify(TestTokens.of("ann"))).expectNextCount(1).verifyComplete();
        refuses(verifier, token);
        refuses(standalone, signed(TestTokens.claims("ann").issuer(TokenIssuer.ISSUER)));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
