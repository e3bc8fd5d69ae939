package io.ovation.demo;

/** Is told how a play goes on; called on the thread that plays. */
public interface Stage {
    /** The room is open, and {@code known} of the {@code total} lines are in it already. */
    void opened(int known, int total);

    /** Line {@code number} (1, 2, 3 …) was acknowledged. */
    void said(int number, int total, String speaker, String body);

    /** Something goes wrong and is being tried again. */
    void trouble(String what);
}
