package io.ovation.conversation;

/** Who may post in a channel; the constants are the words of the contract. */
public enum Posting {
    members,
    /** Owners and moderators only: the broadcast channel. */
    moderators
}
