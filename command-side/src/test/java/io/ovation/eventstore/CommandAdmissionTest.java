package io.ovation.eventstore;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.ovation.Unavailable;
import io.ovation.conversation.ConversationRejection.NotAMember;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CommandAdmissionTest {
    private final CompletableFuture<String> later = new CompletableFuture<>();
    private final CommandAdmission admission = new CommandAdmission(SimpleCommandBus.builder().build(), 1);
    private final CommandGateway commands = DefaultCommandGateway.builder().commandBus(admission).build();

    @Test
    void aHandlerThatAnswersLaterIsAnsweredThenAndHoldsNoPlaceMeanwhile() {
        admission.subscribe(String.class.getName(), command -> later);
        admission.subscribe(Integer.class.getName(), command -> "at once");

        CompletableFuture<Object> answer = commands.send("command");
        assertThat(answer).isNotDone();
        assertThat(commands.<Object>send(1)).isCompletedWithValue("at once");

        later.complete("later");
        assertThat(answer).isCompletedWithValue("later");
    }

    @Test
    void aRejectionThatComesLaterIsPassedOnAsItself() {
        admission.subscribe(String.class.getName(), command -> later.thenApply(answer -> answer));

        CompletableFuture<Object> answer = commands.send("command");
        later.completeExceptionally(new NotAMember());

        assertThatThrownBy(answer::join).isInstanceOf(CompletionException.class).cause().isInstanceOf(NotAMember.class);
    }

    @Test
    void beyondItsPlacesACommandIsToldToComeAgain() {
        admission.subscribe(String.class.getName(), command -> {
            assertThatThrownBy(() -> commands.send(1).join()).cause().isInstanceOf(Unavailable.class);
            return "done";
        });

        assertThat(commands.<Object>send("command")).isCompletedWithValue("done");
    }
}
