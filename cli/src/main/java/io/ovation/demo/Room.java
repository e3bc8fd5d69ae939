package io.ovation.demo;

/**
 * Where a play is given.
 *
 * @param id the conversation's id, a UUID
 * @param title the title, should the room have to be opened
 * @param guest who may join in beside the cast
 * @param mayExist whether the room may be there already, opened by somebody else or by an interrupted play
 */
public record Room(String id, String title, String guest, boolean mayExist) {}
