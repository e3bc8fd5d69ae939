package io.ovation;

/**
 * A command to an aggregate that may be decided in one unit of work with others of its kind to the same one: they are
 * decided one after the other, and become durable together. Its handler rejects before it applies anything, and looks
 * up nothing that another of them has recorded, since the log does not have that yet.
 */
public interface Joinable extends Sequenced {}
