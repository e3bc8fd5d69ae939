package io.ovation.conversation;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

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
}
