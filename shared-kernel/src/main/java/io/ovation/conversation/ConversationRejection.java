package io.ovation.conversation;

import java.time.Instant;

import io.ovation.ErrorCode;
import io.ovation.Rejection;
import org.jspecify.annotations.Nullable;

/** Why a conversation turned a request down. */
public abstract sealed class ConversationRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private ConversationRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    public static final class ConversationNotFound extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public ConversationNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such conversation");
        }
    }

    public static final class MessageNotFound extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public MessageNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such message in this conversation");
        }
    }

    public static final class MemberNotFound extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public MemberNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such member in this conversation");
        }
    }

    /** The caller is no member, where only members may. */
    public static final class NotAMember extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public NotAMember() {
            super(ErrorCode.FORBIDDEN, "Only members may do this");
        }
    }

    public static final class NotYourList extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public NotYourList() {
            super(ErrorCode.FORBIDDEN, "A list of conversations is its owner's alone");
        }
    }

    /** The caller is a member, whose role is too low. */
    public static final class RoleTooLow extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public RoleTooLow(String detail) {
            super(ErrorCode.FORBIDDEN, detail);
        }
    }

    public static final class NotTheAuthor extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public NotTheAuthor() {
            super(ErrorCode.FORBIDDEN, "Only its author may edit a message");
        }
    }

    /** An id that another request used: another body, another user, or elsewhere. */
    public static final class IdTaken extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public IdTaken(String field) {
            super(ErrorCode.CONFLICT, "This " + field + " was used for another request");
        }
    }

    public static final class MembersNeverChange extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public MembersNeverChange() {
            super(ErrorCode.CONFLICT, "The two members of a direct conversation never change");
        }
    }

    public static final class LastOwner extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public LastOwner() {
            super(ErrorCode.CONFLICT, "The last owner stays while others do");
        }
    }

    public static final class TooManyMembers extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public TooManyMembers(int limit) {
            super(ErrorCode.CONFLICT, "A conversation has at most " + limit + " members");
        }
    }

    public static final class MessageWasRedacted extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public MessageWasRedacted() {
            super(ErrorCode.CONFLICT, "A redacted message cannot be edited");
        }
    }

    /** Whoever is kept out: forbidden until it ends. */
    public static final class Banned extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        private final @Nullable Instant until;

        /** @param until null where it does not end by itself */
        public Banned(@Nullable Instant until) {
            super(ErrorCode.FORBIDDEN, "Banned from this conversation");
            this.until = until;
        }

        @Override
        public @Nullable Instant until() {
            return until;
        }
    }

    /** Whoever may only read: forbidden until it ends. */
    public static final class Muted extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        private final @Nullable Instant until;

        /** @param until null where it does not end by itself */
        public Muted(@Nullable Instant until) {
            super(ErrorCode.FORBIDDEN, "Muted in this conversation");
            this.until = until;
        }

        @Override
        public @Nullable Instant until() {
            return until;
        }
    }

    public static final class NotBanned extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public NotBanned() {
            super(ErrorCode.NOT_FOUND, "There is no such ban in this conversation");
        }
    }

    public static final class NotMuted extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public NotMuted() {
            super(ErrorCode.NOT_FOUND, "There is no such mute in this conversation");
        }
    }

    public static final class NotInADirect extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public NotInADirect(String what) {
            super(ErrorCode.CONFLICT, "There is none in a direct conversation: " + what);
        }
    }

    public static final class OnlyDataChanges extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public OnlyDataChanges() {
            super(ErrorCode.CONFLICT, "Of a direct conversation only its data can be changed");
        }
    }

    public static final class TooManySanctions extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public TooManySanctions(int limit) {
            super(ErrorCode.CONFLICT, "A conversation has at most " + limit + " bans, and as many mutes, at a time");
        }
    }

    /** The member sent a message a moment ago. */
    public static final class SlowModeHolds extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        private final int retryAfter;

        /** @param retryAfter the seconds that are left, at least 1 */
        public SlowModeHolds(int retryAfter) {
            super(ErrorCode.RATE_LIMITED, "Slow mode: the next message may be sent in " + retryAfter + " s");
            this.retryAfter = retryAfter;
        }

        @Override
        public int retryAfter() {
            return retryAfter;
        }
    }

    /** One of those concerned does not want it. Says no more, since who is blocked is not told of it. */
    public static final class NotWelcome extends ConversationRejection {
        private static final long serialVersionUID = 1L;

        public NotWelcome() {
            super(ErrorCode.FORBIDDEN, "This is not yours to do");
        }
    }
}
