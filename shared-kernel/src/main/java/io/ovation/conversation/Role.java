package io.ovation.conversation;

/** What a member may do; the constants are the words of the contract, highest first. */
public enum Role {
    owner,
    moderator,
    member;

    /** Whether this role may add, remove and redact. */
    public boolean moderates() {
        return this != member;
    }
}
