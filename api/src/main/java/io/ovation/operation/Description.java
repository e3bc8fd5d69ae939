package io.ovation.operation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ovation.ErrorCode;

/**
 * What the server's own reference ({@code /api/openapi.json}, {@code /api/asyncapi.json}) says of one operation or
 * stream beyond its declaration. A feature writes one line for each, as in
 * {@code Description.of(ROUTE + ".send", "Sends a message").answers(201, Sent.class).refuses(CONFLICT, FORBIDDEN)}.
 * Immutable.
 *
 * @param of the route of what is described, or its path where it has no route
 * @param summary what it does, in one sentence
 * @param answers the shape of the body for each status of success; {@link Operation.Nothing} for no body
 * @param refusals the codes that it has beside those that everything has: {@code validation_failed},
 *     {@code unauthenticated}, {@code rate_limited} and {@code unavailable}, and {@code not_found} where its path has a
 *     name in it
 * @param frames the shapes of the frames of a stream, or of the lines of an answer, without those that all streams have
 */
public record Description(
        String of,
        String summary,
        Map<Integer, Class<? extends Record>> answers,
        Set<ErrorCode> refusals,
        List<Class<? extends Record>> frames) {

    /** A description that says what the thing does; what it answers is added to it. */
    public static Description of(String routeOrPath, String summary) {
        return new Description(routeOrPath, summary, Map.of(), Set.of(), List.of());
    }

    /** The same, and it answers this too. */
    public Description answers(int status, Class<? extends Record> body) {
        Map<Integer, Class<? extends Record>> more = new LinkedHashMap<>(answers);
        more.put(status, body);
        return new Description(of, summary, more, refusals, frames);
    }

    /** The same, and it answers 204, without a body. */
    public Description done() {
        return answers(204, Operation.Nothing.class);
    }

    /** The same, and it may be refused with these codes. */
    public Description refuses(ErrorCode... codes) {
        Set<ErrorCode> more =
                Stream.concat(refusals.stream(), Arrays.stream(codes)).collect(Collectors.toUnmodifiableSet());
        return new Description(of, summary, answers, more, frames);
    }

    /** The same, and it tells frames, or lines, of these shapes. */
    @SafeVarargs
    public final Description tells(Class<? extends Record>... shapes) {
        return new Description(of, summary, answers, refusals, List.of(shapes));
    }
}
