package io.ovation.reference;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.ovation.ErrorCode;
import io.ovation.operation.Operation.Nothing;
import io.ovation.reference.Reference.Entry;

/**
 * Which errors an entry of the table may have, and what a client does about each. Stateless, so safe for any thread.
 */
final class Refusals {
    private Refusals() {}

    /** All codes of an entry: those that it names, and those that follow from what it is. */
    static Set<ErrorCode> of(Entry entry, boolean withBody) {
        Set<ErrorCode> codes = EnumSet.of(
                ErrorCode.VALIDATION_FAILED, ErrorCode.UNAUTHENTICATED, ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE);
        codes.addAll(entry.description().refusals());
        if (String.valueOf(entry.path() == null ? entry.route() : entry.path()).contains("{")) {
            codes.add(ErrorCode.NOT_FOUND);
        }
        if (withBody) {
            codes.add(ErrorCode.PAYLOAD_TOO_LARGE);
            codes.add(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
        }
        return codes;
    }

    static boolean hasFields(Entry entry) {
        return entry.body() != Nothing.class;
    }

    /** What a client should do about an error with this code. */
    static String advice(ErrorCode code) {
        return switch (code) {
            case VALIDATION_FAILED -> "Mend the request: errors names the fields";
            case UNAUTHENTICATED -> "Bring another token";
            case FORBIDDEN -> "Do not try again: it is not yours to do";
            case NOT_FOUND -> "Do not try again: there is no such thing, or no such method";
            case CONFLICT -> "Look at what is recorded: the same id with other fields, or a rule";
            case PAYLOAD_TOO_LARGE -> "Send less";
            case UNSUPPORTED_MEDIA_TYPE -> "Send application/json in UTF-8, not compressed";
            case RATE_LIMITED -> "Try again after Retry-After seconds";
            case UNAVAILABLE -> "Try again after Retry-After seconds, a command under the same id";
        };
    }

    static Map<String, Object> example(ErrorCode code) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("status", code.status());
        problem.put("title", code.title());
        problem.put("detail", advice(code));
        problem.put("code", code.text());
        if (code == ErrorCode.VALIDATION_FAILED) {
            problem.put("errors", List.of(Map.of("field", "body", "message", "is required")));
        }
        if (waits(code)) {
            problem.put("retryAfter", 1);
        }
        return problem;
    }

    /** Whether the answer says when to come back. */
    static boolean waits(ErrorCode code) {
        return code == ErrorCode.RATE_LIMITED || code == ErrorCode.UNAVAILABLE;
    }
}
