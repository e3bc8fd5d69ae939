package io.ovation.security;

import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Those who share a secret with this server: HS256, a secret of its own for each {@code kid}. Immutable. */
final class SharedSecrets implements Signers {
    private final @Nullable Secret usual;
    private final Map<String, Secret> byId;

    /** A secret, and what verifies with it. */
    private record Secret(Signer signer, JWSVerifier verifier) {
        static Secret of(SecretKey key) {
            try {
                return new Secret(new Signer(key), new MACVerifier(key));
            } catch (JOSEException tooShort) {
                throw new SecretUnusable("A secret that tokens are signed with is too short");
            }
        }
    }

    /**
     * @param usual the secret of tokens without a {@code kid}, or with one that is none of the others'; null for none
     */
    SharedSecrets(@Nullable SecretKey usual, Map<String, SecretKey> byId) {
        this.usual = usual == null ? null : Secret.of(usual);
        this.byId = byId.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> Secret.of(each.getValue())));
    }

    @Override
    public Mono<Signer> signer(SignedJWT token) {
        String id = token.getHeader().getKeyID();
        Secret own = id == null ? null : byId.get(id);
        Secret secret = own == null ? usual : own;
        try {
            return secret != null
                            && JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
                            && token.verify(secret.verifier())
                    ? Mono.just(secret.signer())
                    : Mono.empty();
        } catch (JOSEException malformed) {
            return Mono.empty();
        }
    }

    @Override
    public boolean count(Signer signer) {
        return usual != null && usual.signer().equals(signer)
                || byId.values().stream().anyMatch(secret -> secret.signer().equals(signer));
    }
}
