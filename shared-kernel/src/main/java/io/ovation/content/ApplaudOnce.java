package io.ovation.content;

import java.time.Instant;

import io.ovation.Caller;
import org.axonframework.commandhandling.RoutingKey;

/**
 * Applauds under an id of the caller's own, so that a repeat counts nothing. Answers nothing once it is durable, and
 * the same however often it is asked. Rejects with {@code ContentNotFound}, or with {@code IdTaken} where another
 * request used the id.
 */
public record ApplaudOnce(String contentId, @RoutingKey String applauseId, int count, Caller by, Instant at) {}
