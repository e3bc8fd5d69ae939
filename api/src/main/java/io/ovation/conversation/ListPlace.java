package io.ovation.conversation;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * A place in a list as the {@code next} of a page, opaque to the client. It names no entry of the list, so it is good
 * wherever that one has gone. Stateless, so safe for any thread.
 */
final class ListPlace {
    private ListPlace() {}

    static @Nullable String write(@Nullable Long place) {
        return place == null
                ? null
                : Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                ByteBuffer.allocate(Long.BYTES).putLong(place).array());
    }

    /** The place of a text that {@link #write} made; empty for every other. */
    static OptionalLong read(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return bytes.length == Long.BYTES
                    ? OptionalLong.of(ByteBuffer.wrap(bytes).getLong())
                    : OptionalLong.empty();
        } catch (IllegalArgumentException other) {
            return OptionalLong.empty();
        }
    }
}
