package io.ovation.security;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.ovation.Caller;
import io.ovation.Unavailable;
import io.ovation.edge.TestTokens;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TokenVerifierTest {
    private static final SecretKeySpec KEY =
            new SecretKeySpec(TestTokens.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256");

    private final TokenVerifier verifier = TokenVerifier.sharedSecret(KEY, settings(null, null, Duration.ZERO), 200);

    private static TokenSettings settings(@Nullable String issuer, @Nullable String audience, Duration skew) {
        return new TokenSettings(null, null, issuer, audience, skew, true);
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
                .claim("roles", List.of("analyst", "admin"))
                .expirationTime(Date.from(expiry)));

        StepVerifier.create(verifier.verify(token))
                .expectNext(new VerifiedToken(new Caller("ann", true, true), Set.of("analyst", "admin"), expiry))
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
                TokenVerifier.sharedSecret(KEY, settings("https://id.example.org", "ovation", Duration.ZERO), 200);

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
        TokenVerifier lenient = TokenVerifier.sharedSecret(KEY, settings(null, null, Duration.ofMinutes(1)), 200);

        StepVerifier.create(lenient.verify(signed(TestTokens.claims("ann")
                        .expirationTime(Date.from(Instant.now().minusSeconds(30))))))
                .expectNextCount(1)
                .verifyComplete();
        refuses(
                lenient,
                signed(TestTokens.claims("ann")
                        .expirationTime(Date.from(Instant.now().minusSeconds(90)))));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Nested
    class WithAKeySet {
        private final RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        private final ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        WithAKeySet() throws JOSEException, IOException {}

        @BeforeEach
        void serve() {
            server.createContext("/keys", exchange -> {
                byte[] body = new JWKSet(List.of(rsa, ec)).toString().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        @AfterEach
        void stop() {
            server.stop(0);
        }

        private TokenVerifier verifier() {
            return TokenVerifier.keySet(
                    "http://127.0.0.1:" + server.getAddress().getPort() + "/keys",
                    settings(null, null, Duration.ZERO),
                    200);
        }

        private String signed(JWSAlgorithm algorithm, String keyId, JWSSigner signer) throws JOSEException {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(algorithm).keyID(keyId).build(),
                    TestTokens.claims("ann").build());
            token.sign(signer);
            return token.serialize();
        }

        @Test
        void rs256AndEs256AreTaken() throws JOSEException {
            for (String token : List.of(
                    signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa)),
                    signed(JWSAlgorithm.ES256, "ec", new ECDSASigner(ec)))) {
                StepVerifier.create(verifier().verify(token))
                        .assertNext(
                                verified -> assertThat(verified.caller().user()).isEqualTo("ann"))
                        .verifyComplete();
            }
        }

        @Test
        void everythingElseIsRefused() throws JOSEException {
            byte[] publicKey = rsa.toRSAPublicKey().getEncoded();
            Map<String, String> tokens = Map.of(
                    "the public key as a secret", signed(JWSAlgorithm.HS256, "rsa", new MACSigner(publicKey)),
                    "a shared secret", TestTokens.of("ann"),
                    "RS512", signed(JWSAlgorithm.RS512, "rsa", new RSASSASigner(rsa)),
                    "PS256", signed(JWSAlgorithm.PS256, "rsa", new RSASSASigner(rsa)),
                    "a key of the same name",
                            signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(new RSAKeyGenerator(2048).generate())),
                    "an unknown key",
                            signed(JWSAlgorithm.RS256, "new", new RSASSASigner(new RSAKeyGenerator(2048).generate())),
                    "none", new PlainJWT(TestTokens.claims("ann").build()).serialize());
            tokens.forEach((what, token) ->
                    StepVerifier.create(verifier().verify(token)).verifyError(Unauthenticated.class));
        }

        @Test
        void withoutTheKeySetNothingCanBeSaid() throws JOSEException {
            String token = signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa));
            TokenVerifier verifier = verifier();
            server.stop(0);

            StepVerifier.create(verifier.verify(token)).verifyError(Unavailable.class);
        }
    }
}
