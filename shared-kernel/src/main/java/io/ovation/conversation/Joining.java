package io.ovation.conversation;

/** Who may become a member of a channel by their own act; the constants are the words of the contract. */
public enum Joining {
    /** Nobody: owners and moderators add members. */
    invited,
    /** Anyone who is not banned, as a member. */
    open
}
