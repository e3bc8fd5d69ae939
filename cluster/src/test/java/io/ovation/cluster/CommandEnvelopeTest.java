package io.ovation.cluster;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.Unavailable;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.axonframework.commandhandling.GenericCommandResultMessage.asCommandResultMessage;

/** A command arrives as it was sent, and so does what became of it. */
@SuppressWarnings("NullAway") // a test fails on a null as well
class CommandEnvelopeTest {
    private final CommandEnvelope envelope =
            new CommandEnvelope(Jackson3Serializer.builder().build());

    @Test
    void aCommandArrivesUnderItsOwnIdWithItsMetaData() {
        Random random = new Random(20_261_130);
        for (int i = 0; i < 500; i++) {
            CommandMessage<Toggle> sent = new GenericCommandMessage<>(
                    new GenericMessage<>(
                            text(random), new Toggle(text(random), text(random)), MetaData.with("secondTry", true)),
                    text(random));
            byte[] bytes = envelope.command(sent);
            byte[] within = new byte[bytes.length + 3];
            System.arraycopy(bytes, 0, within, 1, bytes.length);
            CommandMessage<?> arrived = envelope.command(within, 1, bytes.length);
            assertThat(arrived.getIdentifier()).isEqualTo(sent.getIdentifier());
            assertThat(arrived.getCommandName()).isEqualTo(sent.getCommandName());
            assertThat(arrived.getPayload()).isEqualTo(sent.getPayload());
            assertThat(arrived.getMetaData()).isEqualTo(sent.getMetaData());
        }
    }

    @Test
    void answersArriveAsWhatTheyAre() {
        assertThat(there(asCommandResultMessage("text")).getPayload()).isEqualTo("text");
        assertThat(there(asCommandResultMessage(new Toggle("a", "b"))).getPayload())
                .isEqualTo(new Toggle("a", "b"));
        assertThat(there(asCommandResultMessage((Object) null)).getPayload()).isNull();
    }

    @Test
    void everyRejectionArrivesWithAllThatAClientIsTold() {
        Random random = new Random(20_261_130);
        for (ErrorCode code : ErrorCode.values()) {
            if (code == ErrorCode.UNAVAILABLE) {
                continue;
            }
            for (int i = 0; i < 20; i++) {
                Rejection sent = new Told(
                        code,
                        text(random),
                        random.nextInt(100),
                        random.nextBoolean() ? null : Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L)),
                        List.of(new Rejection.FieldError(text(random), text(random))));
                Rejection arrived = (Rejection) there(asCommandResultMessage(sent)).exceptionResult();
                assertThat(arrived.code()).isEqualTo(code);
                assertThat(arrived.detail()).isEqualTo(sent.detail());
                assertThat(arrived.retryAfter()).isEqualTo(sent.retryAfter());
                assertThat(arrived.until()).isEqualTo(sent.until());
                assertThat(arrived.outcome()).isNull();
                assertThat(arrived.errors()).isEqualTo(sent.errors());
            }
        }
    }

    @Test
    void whatIsUnavailableSaysWhetherItMayBeRecorded() {
        Unavailable no = (Unavailable)
                there(asCommandResultMessage(new Unavailable("full", 3))).exceptionResult();
        assertThat(no.outcome()).isNull();
        assertThat(no.retryAfter()).isEqualTo(3);
        Unavailable perhaps = (Unavailable)
                there(asCommandResultMessage(Unavailable.withUnknownOutcome("late", 1))).exceptionResult();
        assertThat(perhaps.outcome()).isEqualTo("unknown");
    }

    @Test
    void aDefectStaysOnItsNode() {
        Throwable arrived = there(asCommandResultMessage(new IllegalStateException("SELECT secret FROM t")))
                .exceptionResult();
        assertThat(arrived).isNotInstanceOf(Rejection.class);
        assertThat(arrived.getMessage()).doesNotContain("secret");
    }

    @Test
    void whatIsCutIsNeitherACommandNorAnAnswer() {
        byte[] command = envelope.command(new GenericCommandMessage<>(new Toggle("a", "b"), MetaData.with("k", "v")));
        for (int length = 0; length < command.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> envelope.command(command, 0, cut)).isInstanceOf(RuntimeException.class);
        }
        byte[] answer = envelope.result(asCommandResultMessage(
                new Told(ErrorCode.FORBIDDEN, "no", 1, null, List.of(new Rejection.FieldError("a", "b")))));
        for (int length = 0; length < answer.length; length++) {
            byte[] cut = Arrays.copyOf(answer, length);
            assertThatThrownBy(() -> envelope.result(cut)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void nothingIsMadeOfATypeThatNoNodeSends() {
        byte[] foreign = envelope.command(new GenericCommandMessage<>(List.of("x"), MetaData.emptyInstance()));
        assertThatThrownBy(() -> envelope.command(foreign, 0, foreign.length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("type");
        byte[] plain = envelope.command(new GenericCommandMessage<>("text", MetaData.emptyInstance()));
        assertThatThrownBy(() -> envelope.command(plain, 0, plain.length))
                .as("a command is to an aggregate")
                .isInstanceOf(IllegalArgumentException.class);
    }

    private CommandResultMessage<Object> there(CommandResultMessage<?> result) {
        return envelope.result(envelope.result(result));
    }

    private static String text(Random random) {
        return random.ints(1 + random.nextInt(40), 0, 0x2_0000)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .collect(() -> new StringBuilder("t"), StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A rejection that says all that one may say. */
    private static final class Told extends Rejection {
        private static final long serialVersionUID = 1L;

        private final int retryAfter;
        private final transient @Nullable Instant until;
        private final transient List<FieldError> errors;

        Told(ErrorCode code, String detail, int retryAfter, @Nullable Instant until, List<FieldError> errors) {
            super(code, detail);
            this.retryAfter = retryAfter;
            this.until = until;
            this.errors = errors;
        }

        @Override
        public int retryAfter() {
            return retryAfter;
        }

        @Override
        public @Nullable Instant until() {
            return until;
        }

        @Override
        public List<FieldError> errors() {
            return errors;
        }
    }
}
