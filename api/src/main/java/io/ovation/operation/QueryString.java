package io.ovation.operation;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.ValidationFailed;
import org.jspecify.annotations.Nullable;

/**
 * Percent-encoded text, decoded strictly: what is not well-formed UTF-8 is an error and not a replacement character.
 */
public final class QueryString {
    private QueryString() {}

    /** The parameters of a query string in their order, each with its values. */
    public static Map<String, List<String>> parse(@Nullable String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        encoded(query)
                .forEach((name, values) -> parameters.put(
                        name, values.stream().map(value -> decode(value, true)).toList()));
        return parameters;
    }

    /**
     * The items of a list: each value whole where the parameter is repeated, else parted by commas. A comma that was
     * percent-encoded is a part of its item, so this takes the values as they stood in the address.
     */
    static List<String> items(List<String> encoded) {
        List<String> items = encoded.size() == 1 ? List.of(encoded.getFirst().split(",", -1)) : encoded;
        return items.stream().map(item -> decode(item, true)).toList();
    }

    /** The parameters of a query string in their order, each with its values as they stood there. */
    static Map<String, List<String>> encoded(@Nullable String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
        }
        return parameters;
    }

    /**
     * Decodes a part of an address.
     *
     * @param plusIsSpace true in a query string, false in a path
     */
    public static String decode(String encoded, boolean plusIsSpace) {
        if (encoded.chars().allMatch(c -> c < 0x80 && c != '%' && c != '+')) {
            return encoded;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                if (i + 2 >= encoded.length()
                        || !HexFormat.isHexDigit(encoded.charAt(i + 1))
                        || !HexFormat.isHexDigit(encoded.charAt(i + 2))) {
                    throw new ValidationFailed("", "The address is not encoded as it should be");
                }
                bytes.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.write(' ');
            } else {
                // whatever came unencoded is a byte to the HTTP decoder, and a character of one byte here
                bytes.write(c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new ValidationFailed("", "The address is not well-formed UTF-8");
        }
    }
}
