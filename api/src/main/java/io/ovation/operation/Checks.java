package io.ovation.operation;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import com.github.f4b6a3.uuid.UuidCreator;
import io.ovation.AppData;
import io.ovation.Rejection.FieldError;
import io.ovation.ValidationFailed;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with the fields of one request, and then rejects it as a whole. Each check answers the value
 * as it goes on from here, which means nothing until {@link #done()} has passed.
 */
public final class Checks {
    private static final int MOST_ROWS = 200;
    private static final int ROWS = 50;
    private static final Pattern UUID = Pattern.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");

    /** RFC 3339: what {@link Instant#parse} takes, and no years of more than four digits. */
    private static final Pattern TIME = Pattern.compile("\\d{4}-.*");

    private final List<FieldError> errors = new ArrayList<>();

    /** The UUID in lower case; null when the text is none. */
    public static @Nullable String uuid(String text) {
        return UUID.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : null;
    }

    /** Throws {@link ValidationFailed} when any check found something. */
    public void done() {
        if (!errors.isEmpty()) {
            throw new ValidationFailed(errors);
        }
    }

    public void reject(String field, String message) {
        errors.add(new FieldError(field, message));
    }

    /** The id that the caller chose, in lower case, or a new one: a UUID of version 7. */
    public String newId(String field, @Nullable String given) {
        return given == null ? UuidCreator.getTimeOrderedEpochFast().toString() : String.valueOf(id(field, given));
    }

    /** The id in lower case; null for none. */
    public @Nullable String id(String field, @Nullable String given) {
        if (given == null) {
            return null;
        }
        String id = uuid(given);
        if (id == null) {
            reject(field, "must be a UUID");
        }
        return id;
    }

    /** A text that is not empty, of at most so many characters. */
    public void text(String field, @Nullable String text, int longest) {
        if (text != null && text.isEmpty()) {
            reject(field, "must not be empty");
        } else if (text != null && text.codePointCount(0, text.length()) > longest) {
            reject(field, "must have at most " + longest + " characters");
        }
    }

    /** A text that is not empty, of at most so many bytes of UTF-8. */
    public void body(String field, String text, long most) {
        if (text.isEmpty()) {
            reject(field, "must not be empty");
        } else if (text.length() > most
                || text.length() * 3L > most && text.getBytes(StandardCharsets.UTF_8).length > most) {
            reject(field, "must have at most " + most + " bytes");
        }
    }

    /** Data of the app's own, of at most so many bytes of UTF-8 without white space. */
    public void data(String field, @Nullable AppData data, long most) {
        if (data != null && data.size() > most) {
            reject(field, "must have at most " + most + " bytes");
        }
    }

    /** The id of a person. */
    public void user(String field, String user, int longest) {
        if (!UserId.isValid(user, longest)) {
            reject(field, UserId.RULE.formatted(longest));
        }
    }

    /** Ids of people, each once. */
    public List<String> users(String field, @Nullable List<String> users, int most, int longest) {
        if (users == null) {
            return List.of();
        }
        if (users.size() > most) {
            reject(field, "must name at most " + most + " people");
            return List.of();
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < users.size(); i++) {
            String each = field + "[" + i + "]";
            user(each, users.get(i), longest);
            if (!seen.add(users.get(i))) {
                reject(each, "is named more than once");
            }
        }
        return users;
    }

    /** A moment; null for none. */
    public @Nullable Instant time(String field, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (TIME.matcher(text).matches()) {
                return Instant.parse(text);
            }
        } catch (DateTimeException none) {
            // told below
        }
        reject(field, "must be a time as RFC 3339 writes it, such as 2026-01-02T03:04:05Z");
        return null;
    }

    /** How many rows to answer: 1 to 200, and 50 where the caller says nothing. More is taken as 200. */
    public int limit(@Nullable Long limit) {
        if (limit == null) {
            return ROWS;
        }
        if (limit < 1) {
            reject("limit", "must be at least 1");
        }
        return (int) Math.min(limit, MOST_ROWS);
    }

    /** A whole number between two others; null for none. */
    public @Nullable Integer number(String field, @Nullable Long number, int least, int most) {
        if (number != null && (number < least || number > most)) {
            reject(field, "must be " + least + " to " + most);
        }
        return number == null ? null : (int) Math.clamp(number, least, most);
    }

    /** How often something happened: 1 to {@code most}, and 1 where the caller does not say. */
    public int count(String field, @Nullable Long count, int most) {
        if (count != null && (count < 1 || count > most)) {
            reject(field, "must be 1 to " + most);
        }
        return count == null ? 1 : (int) Math.clamp(count, 1, most);
    }

    /** A place in an order that counts from 1; 0 stands before the first. */
    public @Nullable Long seq(String field, @Nullable Long seq) {
        if (seq != null && seq < 0) {
            reject(field, "must not be negative");
        }
        return seq;
    }
}
