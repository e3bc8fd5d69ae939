package io.ovation.content;

import java.util.Optional;

import io.ovation.live.Topic;

/** What can be reacted to, and counted. */
public sealed interface Target {
    /** The target as one text, unique among all; made of ids alone, and so of no text of a client's. */
    String key();

    /** The id of what it stands in: of a message its conversation's, else the content's. */
    String owner();

    /** The topic on which watchers are told of it. */
    Topic topic();

    /** The content of a target's key; empty when it is the key of something else. */
    static Optional<String> contentOf(String key) {
        return key.startsWith(OfContent.PREFIX)
                ? Optional.of(key.substring(OfContent.PREFIX.length()))
                : Optional.empty();
    }

    /** A content. */
    record OfContent(String contentId) implements Target {
        private static final String PREFIX = "content/";

        @Override
        public String key() {
            return PREFIX + contentId;
        }

        @Override
        public String owner() {
            return contentId;
        }

        @Override
        public Topic topic() {
            return Topic.content(contentId);
        }
    }

    /** A comment on a content. */
    record OfComment(String contentId, String commentId) implements Target {
        @Override
        public String key() {
            return "comment/" + commentId;
        }

        @Override
        public String owner() {
            return contentId;
        }

        @Override
        public Topic topic() {
            return Topic.content(contentId);
        }
    }

    /** A message in a conversation. */
    record OfMessage(String conversationId, String messageId) implements Target {
        @Override
        public String key() {
            return "message/" + messageId;
        }

        @Override
        public String owner() {
            return conversationId;
        }

        @Override
        public Topic topic() {
            return Topic.conversation(conversationId);
        }
    }
}
