package io.ovation.content;

import java.time.Instant;

import io.ovation.NameBasedId;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/** What has become of one user's reaction of one kind to one target. */
public sealed interface ReactionEvent {
    Target target();

    /** {@code like}, or another word that the operator allowed. */
    String kind();

    String user();

    /** The id of the reaction, which is one of its own: a million of them on one target contend on nothing. */
    default String reactionId() {
        return reactionId(target(), kind(), user());
    }

    /** The id of the one reaction of that kind that a user may have to a target. */
    static String reactionId(Target target, String kind, String user) {
        return NameBasedId.reserved("reaction", target.key(), kind, user);
    }

    /**
     * A user liked something, or reacted to it with another kind.
     *
     * @param targetAuthor who wrote or published it
     * @param targetSeq its place in its conversation or among the comments; null for a content
     */
    @Revision("1")
    record Liked(
            Target target,
            String kind,
            String user,
            String targetAuthor,
            @Nullable Long targetSeq,
            Instant at) implements ReactionEvent {}

    /** A reaction was taken back; it may be given again. */
    @Revision("1")
    record LikeWithdrawn(
            Target target,
            String kind,
            String user,
            String targetAuthor,
            @Nullable Long targetSeq,
            Instant at) implements ReactionEvent {}
}
