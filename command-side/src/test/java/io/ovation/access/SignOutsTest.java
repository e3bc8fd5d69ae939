package io.ovation.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import io.ovation.Caller;
import io.ovation.access.AccessCommand.SignOutUser;
import io.ovation.access.AccessEvent.UserSignedOut;
import io.ovation.access.AccessRejection.AdminsOnly;
import io.ovation.eventstore.EventJson;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SignOutsTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant LATER = AT.plusSeconds(60);
    private static final Caller ADMIN = new Caller("ada", true);
    private static final UserSignedOut ZOE = new UserSignedOut("zoë", "ada", AT);
    private static final Serializer JSON = EventJson.serializer();

    private final AggregateTestFixture<SignOuts> fixture = new AggregateTestFixture<>(SignOuts.class);

    @Test
    void anAdminSignsAUserOut() {
        fixture.givenNoPriorActivity().when(new SignOutUser("zoë", AT, ADMIN)).expectEvents(ZOE);
    }

    @Test
    void eachTimeIsALaterMoment() {
        fixture.given(ZOE)
                .when(new SignOutUser("zoë", LATER, ADMIN))
                .expectEvents(new UserSignedOut("zoë", "ada", LATER));
        fixture.given(ZOE)
                .when(new SignOutUser("bob", LATER, ADMIN))
                .expectEvents(new UserSignedOut("bob", "ada", LATER));
    }

    @Test
    void nobodyElseSignsAnybodyOut() {
        fixture.givenNoPriorActivity()
                .when(new SignOutUser("zoë", AT, new Caller("zoë", false, true)))
                .expectException(AdminsOnly.class)
                .expectNoEvents();
    }

    @Test
    void theEventIsWrittenAndReadAsApproved() throws IOException {
        String approved = Files.readString(Path.of("src/test/resources/events/UserSignedOut.1.json"))
                .strip();
        assertThat(new String(JSON.serialize(ZOE, byte[].class).getData(), StandardCharsets.UTF_8))
                .isEqualTo(approved);
        Object read = JSON.deserialize(new SimpleSerializedObject<>(
                approved.getBytes(StandardCharsets.UTF_8), byte[].class, UserSignedOut.class.getName(), "1"));
        assertThat(read).isEqualTo(ZOE);
    }
}
