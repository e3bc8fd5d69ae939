package io.ovation.inbox;

import java.time.Instant;

/**
 * That an event concerns a user.
 *
 * @param user whom
 * @param subject what it is about: notices of one kind and subject are one notification until it is read; made of ids
 *     alone
 * @param actor who caused it
 */
record Notice(
        String user, NotificationKind kind, String subject, String actor, NotificationTarget target, Instant at) {}
