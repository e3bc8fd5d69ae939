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
    private final @Nullable JWSVerifier usual;
    private final Map<String, JWSVerifier> byId;

    /**
     * @param usual the secret of tokens without a {@code kid}, or with one that is none of the others'; null for none
     */
    SharedSecrets(@Nullable SecretKey usual, Map<String, SecretKey> byId) {
        this.usual = usual == null ? null : verifier(usual);
        this.byId = byId.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> verifier(each.getValue())));
    }

    @Override
    public Mono<Boolean> haveSigned(SignedJWT token) {
        String id = token.getHeader().getKeyID();
        JWSVerifier own = id == null ? null : byId.get(id);
        JWSVerifier verifier = own == null ? usual : own;
        try {
            return Mono.just(verifier != null
                    && JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
                    && token.verify(verifier));
        } catch (JOSEException malformed) {
            return Mono.just(false);
        }
    }

    private static JWSVerifier verifier(SecretKey key) {
        try {
            return new MACVerifier(key);
        } catch (JOSEException tooShort) {
            throw new SecretUnusable("A secret that tokens are signed with is too short");
        }
    }
}
