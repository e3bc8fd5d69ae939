package io.ovation.content;

/** What is added up in memory before it is recorded; the constants are the words of the contract. */
public enum TallyKind {
    views,
    applause
}
