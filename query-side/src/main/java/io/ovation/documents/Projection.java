package io.ovation.documents;

/**
 * The documents that one processing group writes, from the log alone. It follows the log by itself: none waits for
 * another. A context declares its own as a bean.
 *
 * @param name of the group, which the events' handlers name; a part of file names
 * @param version of the shape of the documents: of another version they are built anew
 */
public record Projection(String name, int version) {}
