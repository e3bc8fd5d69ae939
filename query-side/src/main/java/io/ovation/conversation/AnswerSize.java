package io.ovation.conversation;

import java.util.List;

import io.ovation.AppData;
import io.ovation.conversation.ConversationQuery.ConversationView;
import io.ovation.conversation.ConversationQuery.MessageView;
import org.jspecify.annotations.Nullable;

/**
 * How large an answer becomes. A page ends early where it would be more than every transport takes: a frame of RSocket
 * has at most 16 MiB. Stateless.
 */
final class AnswerSize {
    /** Bytes that a page may have, with room for what is around its rows. */
    static final int MOST = 14 * 1024 * 1024;

    /** Names of fields, ids, numbers and times of one row. */
    private static final int REST = 1_024;

    private static final int ESCAPE = 6;

    private AnswerSize() {}

    /** As many of the first ones as fit into so many bytes, but one at least. */
    static List<ConversationView> fitting(List<ConversationView> views, long most) {
        long bytes = 0;
        for (int i = 0; i < views.size(); i++) {
            bytes += of(views.get(i));
            if (bytes > most && i > 0) {
                return views.subList(0, i);
            }
        }
        return views;
    }

    private static long of(ConversationView view) {
        return REST + text(view.title()) + texts(view.members()) + of(view.lastMessage());
    }

    private static long of(@Nullable MessageView message) {
        return message == null
                ? 0
                : REST
                        + text(message.sender())
                        + text(message.body())
                        + texts(message.mentions())
                        + of(message.data())
                        + (message.reactions() == null ? 0 : texts(message.reactions().keySet()))
                        + texts(message.myReactions());
    }

    private static long of(@Nullable AppData data) {
        return data == null ? 0 : text(data.json());
    }

    private static long texts(@Nullable Iterable<String> texts) {
        long bytes = 0;
        if (texts != null) {
            for (String text : texts) {
                bytes += text(text) + ESCAPE;
            }
        }
        return bytes;
    }

    /** Of a text as JSON in UTF-8. */
    private static long text(@Nullable String text) {
        return text == null ? 0 : text.chars().mapToLong(AnswerSize::bytes).sum();
    }

    private static long bytes(int c) {
        if (c < ' ' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
            return ESCAPE;
        }
        if (c < 0x80) {
            return c == '"' || c == '\\' ? 2 : 1;
        }
        // two for each half of a pair: four together
        return c < 0x800 || Character.isSurrogate((char) c) ? 2 : 3;
    }
}
