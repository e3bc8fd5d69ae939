package io.ovation.live;

import java.time.Instant;
import java.util.List;

import io.ovation.conversation.Role;
import org.jspecify.annotations.Nullable;

/** What watchers are told; the fields are those of the contract, and {@link #type()} is written beside them. */
public sealed interface Frame {
    /** The word of the contract for this frame. */
    String type();

    /** A message was sent. {@code redacted} is true, and {@code body} null, when it was redacted since. */
    record Message(
            String conversationId,
            String messageId,
            long seq,
            String sender,
            @Nullable String body,
            Instant sentAt,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable Boolean redacted)
            implements Frame {
        @Override
        public String type() {
            return "message";
        }
    }

    /** A message's text was replaced. */
    record MessageEdited(
            String conversationId,
            String messageId,
            long seq,
            @Nullable String body,
            Instant editedAt,
            @Nullable Boolean redacted)
            implements Frame {
        @Override
        public String type() {
            return "message-edited";
        }
    }

    /** A message's text was taken from sight. */
    record MessageRedacted(String conversationId, String messageId, long seq) implements Frame {
        @Override
        public String type() {
            return "message-redacted";
        }
    }

    /** A member was added or has another role ({@code role}), or was removed ({@code removed} is true). */
    record Member(String conversationId, String user, @Nullable Role role, @Nullable Boolean removed) implements Frame {
        @Override
        public String type() {
            return "member";
        }
    }
}
