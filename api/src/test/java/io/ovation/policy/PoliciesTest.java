package io.ovation.policy;

import java.util.Map;
import java.util.Set;

import io.ovation.Caller;
import io.ovation.ErrorCode;
import io.ovation.Rejection;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PoliciesTest {
    private static final Caller ANN = new Caller("ann", false);
    private static final Caller ADMIN = new Caller("root", true);

    @Test
    void withoutASettingEverybodyMayDoEverything() {
        Policies policies = policies(Map.of());
        for (String kind : new String[] {"direct", "group", "channel"}) {
            assertThatCode(() -> policies.mayOpen(kind, ANN)).doesNotThrowAnyException();
        }
        assertThatCode(() -> policies.mayPublish(ANN)).doesNotThrowAnyException();
    }

    @Test
    void whatIsForAdminsIsForbiddenToOthersAndNothingElseIs() {
        Policies policies = policies(Map.of("ovation.policy.open.channel", "admin", "ovation.policy.publish", "admin"));
        refuses(() -> policies.mayOpen("channel", ANN));
        refuses(() -> policies.mayPublish(ANN));
        assertThatCode(() -> policies.mayOpen("group", ANN)).doesNotThrowAnyException();
        assertThatCode(() -> policies.mayOpen("channel", ADMIN)).doesNotThrowAnyException();
        assertThatCode(() -> policies.mayPublish(ADMIN)).doesNotThrowAnyException();
    }

    @Test
    void aTokenAddsForItsUserWhatItNamesAndNoMore() {
        Policies policies = policies(Map.of(
                "ovation.policy.open.channel", "admin",
                "ovation.policy.open.group", "admin",
                "ovation.policy.publish", "admin"));
        Caller bob = new Caller("bob", false, false, Set.of("open:channel"));
        assertThatCode(() -> policies.mayOpen("channel", bob)).doesNotThrowAnyException();
        refuses(() -> policies.mayOpen("group", bob));
        refuses(() -> policies.mayPublish(bob));
    }

    private static Policies policies(Map<String, String> settings) {
        return new Policies(new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("ovation.policy", PolicySettings.class));
    }

    private static void refuses(ThrowingCallable call) {
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(call)
                .matches(rejection -> rejection.code() == ErrorCode.FORBIDDEN);
    }
}
