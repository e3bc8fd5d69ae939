package io.ovation.conversation;

/** What has happened to a user's list of conversations; the names are those of the contract. */
public enum ListChange {
    /** A conversation was opened with them in it. */
    opened,
    /** They were added to it, or joined. */
    joined,
    /** They left it, or were removed. */
    left,
    /** It has another title. */
    renamed
}
