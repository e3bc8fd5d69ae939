package io.ovation;

/**
 * A command to an aggregate that is handled in its turn: after those that came before it, and by the aggregate's own
 * handler.
 */
public interface Sequenced extends Addressed {}
