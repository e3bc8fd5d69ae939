package io.ovation.conversation;

/** What sort of conversation it is; the constants are the words of the contract. */
public enum Kind {
    /** Two people, who never change; one conversation for each pair. */
    direct,
    /** Members only. */
    group,
    /** Any signed-in user may watch and read; members may post, as {@link Posting} says. */
    channel
}
