package io.ovation.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.ovation.Caller;
import io.ovation.access.AccessCommand.SignOutUser;
import io.ovation.access.AccessRejection.AdminsOnly;
import io.ovation.limits.Cost;
import io.ovation.limits.LimitSettings;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Checks;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Operation.Nothing;
import io.ovation.security.SignOuts;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.FORBIDDEN;

/** What an admin decides about who may come in. Thread-safe. */
@Component
final class AccessFeature implements Feature {
    private static final String USER = "user";
    private static final String SIGN_OUT = "admin.users.sign-out";

    private final Gateways gateways;
    private final SignOuts signOuts;
    private final Clock clock;
    private final int longestUser;

    AccessFeature(Gateways gateways, SignOuts signOuts, Clock clock, LimitSettings limits) {
        this.gateways = gateways;
        this.signOuts = signOuts;
        this.clock = clock;
        this.longestUser = limits.userLength();
    }

    @Override
    public List<Operation<?>> operations() {
        return List.of(new Operation<>(
                HttpMethod.POST,
                "/api/admin/users/{user}/sign-out",
                SIGN_OUT,
                Nothing.class,
                Cost.COMMAND,
                this::signOut));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(Description.of(
                        SIGN_OUT,
                        "Ends all connections and streams of a user, whose tokens that were issued before count no"
                                + " more")
                .done()
                .refuses(FORBIDDEN));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of();
    }

    private Mono<Answer> signOut(Call<Nothing> call) {
        Caller admin = call.caller();
        if (!admin.admin()) {
            return Mono.error(new AdminsOnly());
        }
        String user = call.name(USER);
        Checks checks = new Checks();
        checks.user(USER, user, longestUser);
        checks.done();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return gateways.send(new SignOutUser(user, now, admin), Object.class)
                .then(Mono.defer(() -> {
                    // this node need not wait for the log to tell it
                    signOuts.add(user, now);
                    return Mono.delay(restOfItsSecond(now));
                }))
                .thenReturn(Answer.done());
    }

    /**
     * Most issuers write {@code iat} in whole seconds, so a token of the second of the sign-out could be from before
     * it, and counts no more. The answer comes when that second is over: whoever waits for it can issue a token at
     * once.
     */
    private Duration restOfItsSecond(Instant at) {
        Duration left = Duration.between(
                clock.instant(), at.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
        return left.isNegative() ? Duration.ZERO : left;
    }
}
