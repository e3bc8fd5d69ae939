package io.ovation.operation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.ovation.AppData;
import io.ovation.Rejection.FieldError;
import io.ovation.ValidationFailed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class StrictJsonTest {
    private final StrictJson json = new StrictJson();

    enum Size {
        small,
        large
    }

    private static final String TOO_MUCH = "is nested deeper than 200, or has a number of more than 500 characters";

    record Item(String name, @Nullable Long count) {}

    record Body(
            String text,
            @Nullable Long count,
            @Nullable Boolean flag,
            @Nullable Size size,
            @Nullable List<String> names,
            @Nullable List<Item> items,
            @Nullable Item item) {}

    record Primitive(long count) {}

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments("", "", "must be a JSON object"),
                arguments("null", "", "must be a JSON object"),
                arguments("[]", "", "must be a JSON object"),
                arguments("[{\"text\":\"a\"}]", "", "must be a JSON object"),
                arguments("\"text\"", "", "must be a JSON object"),
                arguments("\"\"", "", "must be a JSON object"),
                arguments("3", "", "must be a JSON object"),
                arguments("true", "", "must be a JSON object"),
                arguments("{", "", "is not JSON"),
                arguments("{\"text\":\"a\"", "", "is not JSON"),
                arguments("{text:\"a\"}", "", "is not JSON"),
                arguments("{'text':'a'}", "", "is not JSON"),
                arguments("{\"text\":\"a\",}", "", "is not JSON"),
                arguments("{\"text\":\"a\"} x", "", "is not JSON"),
                arguments("{\"text\":\"a\"}{}", "", "is not JSON"),
                arguments("{\"text\":\"a\"}]", "", "is not JSON"),
                arguments("\uFEFF{\"text\":\"a\"}", "", "is not JSON"),
                arguments("{\"text\":\"a\nb\"}", "", "is not JSON"),
                arguments("{\"text\":\"a\",\"count\":NaN}", "", "is not JSON"),
                arguments("{\"text\":\"a\",\"count\":01}", "", "is not JSON"),
                arguments("{\"text\":\"a\",\"count\":+1}", "", "is not JSON"),
                arguments("{\"text\":\"a\"/**/}", "", "is not JSON"),
                arguments("{\"text\":" + "[".repeat(50) + "]".repeat(50) + "}", "text", "must be a text"),
                arguments("{\"text\":" + "9".repeat(501) + "}", "", TOO_MUCH),
                arguments("{}", "text", "is required"),
                arguments("{\"text\":null}", "text", "is required"),
                arguments("{\"text\":3}", "text", "must be a text"),
                arguments("{\"text\":1.5}", "text", "must be a text"),
                arguments("{\"text\":true}", "text", "must be a text"),
                arguments("{\"text\":[]}", "text", "must be a text"),
                arguments("{\"text\":[\"a\"]}", "text", "must be a text"),
                arguments("{\"text\":{}}", "text", "must be a text"),
                arguments("{\"text\":\"a\",\"text\":\"b\"}", "text", "is given more than once"),
                arguments("{\"text\":\"a\",\"text\":\"a\"}", "text", "is given more than once"),
                arguments("{\"text\":\"a\",\"other\":1}", "other", "is not a known field"),
                arguments("{\"text\":\"a\",\"Text\":\"b\"}", "Text", "is not a known field"),
                arguments("{\"text\":\"a\",\"item\":{\"name\":\"n\",\"x\":1}}", "item.x", "is not a known field"),
                arguments("{\"text\":\"a\",\"count\":\"3\"}", "count", "must be a whole number"),
                arguments("{\"text\":\"a\",\"count\":\"\"}", "count", "must be a whole number"),
                arguments("{\"text\":\"a\",\"count\":1.5}", "count", "must be a whole number"),
                arguments("{\"text\":\"a\",\"count\":1.0}", "count", "must be a whole number"),
                arguments("{\"text\":\"a\",\"count\":1e3}", "count", "must be a whole number"),
                arguments("{\"text\":\"a\",\"count\":true}", "count", "must be a whole number"),
                arguments("{\"text\":\"a\",\"count\":[1]}", "count", "must be a whole number"),
                arguments("{\"text\":\"a\",\"count\":{}}", "count", "must be a whole number"),
                arguments("{\"text\":\"a\",\"count\":99999999999999999999}", "count", "is out of range"),
                arguments("{\"text\":\"a\",\"count\":" + "9".repeat(2000) + "}", "", ""),
                arguments("{\"text\":\"a\",\"flag\":\"true\"}", "flag", "must be true or false"),
                arguments("{\"text\":\"a\",\"flag\":1}", "flag", "must be true or false"),
                arguments("{\"text\":\"a\",\"flag\":\"\"}", "flag", "must be true or false"),
                arguments("{\"text\":\"a\",\"size\":\"Small\"}", "size", "must be one of small, large"),
                arguments("{\"text\":\"a\",\"size\":\"\"}", "size", "must be one of small, large"),
                arguments("{\"text\":\"a\",\"size\":0}", "size", "must be one of small, large"),
                arguments("{\"text\":\"a\",\"size\":[\"small\"]}", "size", "must be one of small, large"),
                arguments("{\"text\":\"a\",\"names\":\"b\"}", "names", "must be a list"),
                arguments("{\"text\":\"a\",\"names\":\"\"}", "names", "must be a list"),
                arguments("{\"text\":\"a\",\"names\":{}}", "names", "must be a list"),
                arguments("{\"text\":\"a\",\"names\":[\"b\",\"c\",3]}", "names[2]", "must be a text"),
                arguments("{\"text\":\"a\",\"names\":[\"b\",null]}", "names[1]", "must not be null"),
                arguments(
                        "{\"text\":\"a\",\"items\":[{\"name\":\"b\"},{\"name\":7}]}",
                        "items[1].name",
                        "must be a text"),
                arguments("{\"text\":\"a\",\"items\":[{\"name\":\"b\"},{}]}", "items[1].name", "is required"),
                arguments(
                        "{\"text\":\"a\",\"items\":[{\"name\":\"b\",\"name\":\"c\"}]}",
                        "items[0].name",
                        "is given more than once"),
                arguments("{\"text\":\"a\",\"item\":\"\"}", "item", "must be an object"),
                arguments("{\"text\":\"a\",\"item\":[]}", "item", "must be an object"),
                arguments("{\"text\":\"\\ud800\"}", "text", "holds a surrogate that stands alone"),
                arguments("{\"text\":\"\\ude00\\ud83d\"}", "text", "holds a surrogate that stands alone"),
                arguments(
                        "{\"text\":\"a\",\"names\":[\"\\udc00\"]}", "names[0]", "holds a surrogate that stands alone"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsNotExactlyRightIsRefusedAtItsField(String text, String field, String message) {
        assertThatExceptionOfType(ValidationFailed.class)
                .isThrownBy(() -> json.read(text.getBytes(StandardCharsets.UTF_8), Body.class))
                .satisfies(failed -> {
                    FieldError error = failed.errors().getFirst();
                    if (!message.isEmpty()) {
                        assertThat(error).isEqualTo(new FieldError(field, message));
                    }
                    assertThat(error.message())
                            .doesNotContainIgnoringCase("java", "jackson", "exception", "StrictJson");
                });
    }

    record Kept(AppData data) {}

    /** Short of these an app may keep what it likes. */
    @Test
    void dataMayBeDeepAndHaveLongNumbers() {
        for (String data : List.of(
                "{\"a\":" + "[".repeat(198) + "]".repeat(198) + "}",
                "{\"a\":" + "9".repeat(500) + "}",
                "{\"a\":0." + "1".repeat(490) + "e400}")) {
            assertThat(json.read(bytes("{\"data\":" + data + "}"), Kept.class)).isEqualTo(new Kept(new AppData(data)));
        }
        assertThatExceptionOfType(ValidationFailed.class)
                .isThrownBy(() ->
                        json.read(bytes("{\"data\":{\"a\":" + "[".repeat(199) + "]".repeat(199) + "}}"), Kept.class))
                .withMessage(TOO_MUCH);
    }

    @Test
    void aPrimitiveIsNotNullAndNotAbsent() {
        assertThatExceptionOfType(ValidationFailed.class)
                .isThrownBy(() -> json.read(bytes("{\"count\":null}"), Primitive.class));
        assertThatExceptionOfType(ValidationFailed.class).isThrownBy(() -> json.read(bytes("{}"), Primitive.class));
    }

    static Stream<byte[]> illFormed() {
        return Stream.of(
                new byte[] {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xff, '"', '}'},
                new byte[] {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'},
                new byte[] {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'
                },
                new byte[] {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xf0, (byte) 0x9f, '"', '}'},
                "{\"text\":\"a\"}".getBytes(StandardCharsets.UTF_16));
    }

    @ParameterizedTest
    @MethodSource("illFormed")
    void illFormedUtf8IsRefused(byte[] bytes) {
        assertThatExceptionOfType(ValidationFailed.class)
                .isThrownBy(() -> json.read(bytes, Body.class))
                .satisfies(failed ->
                        assertThat(failed.errors()).containsExactly(new FieldError("", "is not well-formed UTF-8")));
    }

    @Test
    void whatIsRightIsReadAsItStands() {
        Body body = json.read(bytes("""
                        {"text":"a\\u0000\\ud83d\\ude00 é 😀","count":-3,"flag":true,"size":"large","names":["b",""],
                         "items":[{"name":"c","count":null}],"item":null}"""), Body.class);

        assertThat(body)
                .isEqualTo(new Body(
                        "a\0😀 é 😀", -3L, true, Size.large, List.of("b", ""), List.of(new Item("c", null)), null));
    }

    @Test
    void aNameOfThePathIsTakenFromTheData() {
        var decoded = json.read(bytes("{\"user\":\"ann\",\"text\":\"a\"}"), Body.class, List.of("user"));

        assertThat(decoded.names()).containsExactly(Map.entry("user", "ann"));
        assertThat(decoded.body().text()).isEqualTo("a");
    }

    static Stream<Arguments> wrongNames() {
        return Stream.of(
                arguments("{}", "user", "is required"),
                arguments("{\"user\":null}", "user", "is required"),
                arguments("{\"user\":7}", "user", "must be a text"),
                arguments("{\"user\":\"\\ud800\"}", "user", "holds a surrogate that stands alone"),
                arguments("{\"user\":\"a\",\"user\":\"b\"}", "user", "is given more than once"),
                arguments("{\"user\":\"a\",\"more\":1}", "more", "is not a known field"),
                arguments("{\"user\":\"a\"} x", "", "is not JSON"),
                arguments("[]", "", "must be a JSON object"));
    }

    @ParameterizedTest
    @MethodSource("wrongNames")
    void aNameInTheDataIsReadAsStrictly(String text, String field, String message) {
        assertThatExceptionOfType(ValidationFailed.class)
                .isThrownBy(() -> json.read(bytes(text), Operation.Nothing.class, List.of("user")))
                .satisfies(failed -> assertThat(failed.errors()).containsExactly(new FieldError(field, message)));
    }

    static Stream<Arguments> wrongQueries() {
        return Stream.of(
                arguments("text=a&other=1", "other", "is not a known parameter"),
                arguments("text=a&text=b", "text", "is given more than once"),
                arguments("count=3", "text", "is required"),
                arguments("text=a&count=x", "count", "must be a whole number"),
                arguments("text=a&count=", "count", "must be a whole number"),
                arguments("text=a&count=1.5", "count", "must be a whole number"),
                arguments("text=a&count=%2B1", "count", "must be a whole number"),
                arguments("text=a&count=-", "count", "must be a whole number"),
                arguments("text=a&count=%D9%A3", "count", "must be a whole number"),
                arguments("text=a&count=99999999999999999999", "count", "is out of range"),
                arguments("text=a&flag=yes", "flag", "must be true or false"),
                arguments("text=a&size=huge", "size", "must be one of small, large"),
                arguments("text=%ff", "", "The address is not well-formed UTF-8"),
                arguments("text=%C0%AF", "", "The address is not well-formed UTF-8"),
                arguments("text=%zz", "", "The address is not encoded as it should be"),
                arguments("text=%4", "", "The address is not encoded as it should be"));
    }

    @ParameterizedTest
    @MethodSource("wrongQueries")
    void aQueryStringIsReadAsStrictly(String query, String field, String message) {
        assertThatExceptionOfType(ValidationFailed.class)
                .isThrownBy(() -> json.readQuery(query, Body.class, Set.of()))
                .satisfies(failed -> assertThat(failed.errors()).containsExactly(new FieldError(field, message)));
    }

    @Test
    void aQueryStringIsReadAsItStands() {
        Body body = json.readQuery(
                "text=a+b%2B%F0%9F%98%80&count=-3&flag=false&size=small&names=x,y%20z&token=t",
                Body.class, Set.of("token"));

        assertThat(body).isEqualTo(new Body("a b+😀", -3L, false, Size.small, List.of("x", "y z"), null, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "names=a,b|a;b",
                "names=a&names=b|a;b",
                "names=a,b&names=c|a,b;c",
                "names=Doe%2C%20John|Doe, John",
                "names=Doe%2C+John,Ann|Doe, John;Ann"
            })
    void aListIsPartedByCommasOrRepeatedAndAnEncodedCommaPartsNothing(String query, String names) {
        Body body = json.readQuery("text=a&" + query, Body.class, Set.of());

        assertThat(body.names()).containsExactly(names.split(";"));
    }

    @Test
    void nullsAreLeftOutAndTimesAreRfc3339InUtc() {
        record Written(String text, @Nullable String none, Instant at, Size size) {}

        assertThat(new String(
                        json.write(new Written("é", null, Instant.parse("2026-11-23T09:00:00.120Z"), Size.small)),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"text\":\"é\",\"at\":\"2026-11-23T09:00:00.120Z\",\"size\":\"small\"}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
