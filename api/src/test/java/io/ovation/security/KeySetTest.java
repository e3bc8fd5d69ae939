package io.ovation.security;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.ovation.Unavailable;
import io.ovation.edge.TestTokens;
import io.ovation.security.TokenVerifier.Trust;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class KeySetTest {
    private static final String ADDRESS = "https://id.example.org/keys";

    private final RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    private final ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final AtomicInteger asked = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();
    private volatile List<JWK> keys = List.of(rsa, ec);

    KeySetTest() throws JOSEException, IOException {
        server.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            byte[] body = new JWKSet(keys).toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop(0);
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private TokenVerifier verifier(int port) {
        try {
            KeySet set = new KeySet(URI.create("http://127.0.0.1:" + port + "/keys"));
            open.add(set::destroy);
            return new TokenVerifier(
                    new Trust(set, new TokenClaims(null, null, Duration.ZERO, 200, Clock.systemUTC())), null);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private TokenVerifier verifier() {
        return verifier(server.getAddress().getPort());
    }

    private static String signed(JWSAlgorithm algorithm, String keyId, JWSSigner signer) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID(keyId).build(),
                TestTokens.claims("ann").build());
        token.sign(signer);
        return token.serialize();
    }

    private String good() throws JOSEException {
        return signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa));
    }

    private static void takes(TokenVerifier verifier, String token) {
        StepVerifier.create(verifier.verify(token))
                .assertNext(verified -> assertThat(verified.caller().user()).isEqualTo("ann"))
                .verifyComplete();
    }

    @Test
    void rs256AndEs256AreTakenAndTheSetIsFetchedOnceForAll() throws JOSEException {
        TokenVerifier verifier = verifier();
        for (int i = 0; i < 20; i++) {
            takes(verifier, good());
            takes(verifier, signed(JWSAlgorithm.ES256, "ec", new ECDSASigner(ec)));
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void everythingElseIsRefused() throws JOSEException {
        byte[] publicKey = rsa.toRSAPublicKey().getEncoded();
        JWSSigner another = new RSASSASigner(new RSAKeyGenerator(2048).generate());
        Map<String, String> tokens = Map.of(
                "the public key as a secret", signed(JWSAlgorithm.HS256, "rsa", new MACSigner(publicKey)),
                "a shared secret", TestTokens.of("ann"),
                "RS512", signed(JWSAlgorithm.RS512, "rsa", new RSASSASigner(rsa)),
                "PS256", signed(JWSAlgorithm.PS256, "rsa", new RSASSASigner(rsa)),
                "a key of the same name", signed(JWSAlgorithm.RS256, "rsa", another),
                "an unknown key", signed(JWSAlgorithm.RS256, "new", another),
                "none", new PlainJWT(TestTokens.claims("ann").build()).serialize());
        TokenVerifier verifier = verifier();
        tokens.forEach((what, token) ->
                StepVerifier.create(verifier.verify(token)).verifyError(Unauthenticated.class));
    }

    @Test
    void howeverManyForgeAKeyTheProviderIsAskedTwice() throws JOSEException {
        TokenVerifier verifier = verifier();
        takes(verifier, good());
        asked.set(0);
        JWSSigner another = new RSASSASigner(new RSAKeyGenerator(2048).generate());
        List<String> forged = IntStream.range(0, 200)
                .mapToObj(i -> {
                    try {
                        return signed(JWSAlgorithm.RS256, UUID.randomUUID().toString(), another);
                    } catch (JOSEException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();

        StepVerifier.create(Flux.fromIterable(forged)
                        .flatMap(token -> verifier.verify(token).then().onErrorResume(Unauthenticated.class, e ->
                                reactor.core.publisher.Mono.empty())))
                .verifyComplete();

        assertThat(asked).hasValueLessThanOrEqualTo(2);
        takes(verifier, good());
    }

    @Test
    void aNewKeyIsTakenAtOnceAndAWithdrawnOneIsGoneWithTheSetItWasIn() throws JOSEException {
        TokenVerifier verifier = verifier();
        takes(verifier, good());
        RSAKey next = new RSAKeyGenerator(2048).keyID("next").generate();
        keys = List.of(next);

        takes(verifier, signed(JWSAlgorithm.RS256, "next", new RSASSASigner(next)));
        StepVerifier.create(verifier.verify(good())).verifyError(Unauthenticated.class);
    }

    @Test
    void whatIsKnownIsTakenWhileTheProviderIsAwayAndOfWhatIsNotNothingCanBeSaid() throws JOSEException {
        TokenVerifier verifier = verifier();
        takes(verifier, good());
        server.stop(0);

        takes(verifier, good());
        StepVerifier.create(verifier.verify(signed(
                        JWSAlgorithm.RS256, "new", new RSASSASigner(new RSAKeyGenerator(2048).generate()))))
                .verifyError(Unavailable.class);
    }

    /** Connected to and never answering, as one that hangs. */
    @Test
    void aSilentProviderIsAnsweredForInTime() throws IOException, JOSEException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TokenVerifier verifier = verifier(silent.getLocalPort());

            StepVerifier.create(verifier.verify(good()))
                    .expectError(Unavailable.class)
                    .verify(Duration.ofSeconds(9));
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "http://id.example.org/keys, ovation",
                "ftp://id.example.org/keys, ovation",
                "file:///etc/keys, ovation",
                "http://127.0.0.1.example.org/keys, ovation",
                "https:///keys, ovation",
                ADDRESS + ", -",
                ADDRESS + ", ''",
            })
    void anAddressThatOthersCouldAnswerForAndTokensForOthersAreRefusedAtTheStart(String address, String audience) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(address, audience))
                .withMessageStartingWith("ovation.security.");
    }

    @ParameterizedTest
    @CsvSource({ADDRESS, "http://127.0.0.1:8081/keys", "http://[::1]:8081/keys", "http://localhost/keys"})
    void httpsWillDoAndThisMachine(String address) {
        assertThatNoException().isThrownBy(() -> settings(address, "ovation"));
    }

    private static TokenSettings settings(String address, @org.jspecify.annotations.Nullable String audience) {
        return new TokenSettings(
                null, Map.of(), null, URI.create(address), null, audience, Duration.ofSeconds(5), true, false);
    }
}
