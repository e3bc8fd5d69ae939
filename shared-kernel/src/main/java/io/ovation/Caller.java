package io.ovation;

/**
 * Who asks: the subject of a verified token.
 *
 * @param user the token's {@code sub}, 1 to 200 characters
 * @param admin whether the token carries the role {@code admin}, which may do what an owner may, everywhere
 */
public record Caller(String user, boolean admin) {}
