package io.ovation.acceptance;

import java.util.Map;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the server answered to one request.
 *
 * @param status the HTTP status; over RSocket 200, or the status in the error object
 * @param contentType the media type; empty without a body
 * @param retryAfter the seconds to wait, 0 where there is no such hint
 * @param text the body
 */
record Reply(int status, String contentType, long retryAfter, String text) {
    private static final Map<String, Integer> STATUS = Map.of(
            "validation_failed", 400,
            "unauthenticated", 401,
            "forbidden", 403,
            "not_found", 404,
            "conflict", 409,
            "payload_too_large", 413,
            "unsupported_media_type", 415,
            "rate_limited", 429,
            "unavailable", 503);

    /** What betrays the inside: classes, stack traces, stores and hosts. */
    static final Pattern INSIDE = Pattern.compile(
            "(?i)exception|\\bat [a-z]+\\.[a-z]|\\bjava\\.|\\bio\\.|\\borg\\.|\\bcom\\.|jackson|reactor|netty"
                    + "|\\bsql\\b|postgres|mongo|axon|127\\.0\\.0|localhost");

    static Reply ofRSocket(String data) {
        return new Reply(200, "application/json", 0, data);
    }

    static Reply ofRSocketError(String data) {
        JsonNode error = parsed(data);
        return new Reply(
                error.path("status").asInt(0),
                "application/problem+json",
                error.path("retryAfter").asLong(0),
                data);
    }

    boolean ok() {
        return status >= 200 && status < 300;
    }

    JsonNode body() {
        return Json.parse(text);
    }

    /** The text of a field of the body. */
    String text(String field) {
        return body().path(field).asString();
    }

    long number(String field) {
        return body().path(field).asLong();
    }

    String code() {
        return ok() ? "" : parsed(text).path("code").asString("");
    }

    Reply accepted() {
        assertThat(ok()).as("accepted: %s %s", status, text).isTrue();
        return this;
    }

    Reply accepted(int expected) {
        assertThat(status).as("status of: %s", text).isEqualTo(expected);
        return this;
    }

    /**
     * Checks that this is the error object of the contract with that code, and that it says nothing about the inside.
     */
    Reply rejected(String code) {
        assertThat(ok())
                .as("rejected as %s, but was: %s %s", code, status, text)
                .isFalse();
        assertError(parsed(text), code);
        assertThat(text).doesNotContainPattern(INSIDE);
        assertThat(contentType).as("media type of %s", text).startsWith("application/problem+json");
        assertThat(parsed(text).path("status").asInt(0))
                .as("status in %s", text)
                .isEqualTo(status);
        if (code.equals("rate_limited") || code.equals("unavailable")) {
            assertThat(retryAfter).as("hint when to come back, in %s", text).isPositive();
        }
        return this;
    }

    private static void assertError(JsonNode error, String code) {
        assertThat(error.path("code").asString("")).as("code of %s", error).isEqualTo(code);
        int status = error.path("status").asInt(0);
        // a method that a path lacks is the one case with a status of its own
        assertThat(status == 405 && code.equals("not_found") ? 404 : status)
                .as("status of %s", error)
                .isEqualTo(STATUS.get(code));
        assertThat(error.path("title").asString("")).as("title of %s", error).isNotBlank();
        assertThat(error.path("detail").asString("")).as("detail of %s", error).isNotBlank();
        assertThat(error.has("errors")).as("errors of %s", error).isEqualTo(code.equals("validation_failed"));
        if (error.has("errors")) {
            assertThat(error.path("errors")).isNotEmpty().allSatisfy(each -> {
                assertThat(each.path("field").isString())
                        .as("field in %s", each)
                        .isTrue();
                assertThat(each.path("message").asString(""))
                        .as("message in %s", each)
                        .isNotBlank();
            });
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.parse(text);
        } catch (tools.jackson.core.JacksonException e) {
            throw new AssertionError("Not the error object of the contract: " + text, e);
        }
    }
}
