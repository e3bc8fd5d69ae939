package io.ovation;

/**
 * A command to an aggregate that may be decided in one unit of work with others to the same one: they are decided one after the other, and become durable together. Its
 * handler is the aggregate's own, reads nothing that another of them records elsewhere, and rejects before it applies anything.
 */
public interface Joinable extends Addressed {}
