package io.ovation.rsocket;

/** What a client is told that breaks the rules: problems, as JSON. */
interface Refusals {
    /** A request in pieces has become too large. */
    String tooLarge();

    /** Something is not as the protocol has it, or is not served. */
    String broken(String fault);
}
