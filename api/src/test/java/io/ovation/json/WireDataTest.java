package io.ovation.json;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.ovation.AppData;
import io.ovation.Rejection.FieldError;
import io.ovation.ValidationFailed;
import io.ovation.operation.StrictJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class WireDataTest {
    private final StrictJson json = new StrictJson();

    private record Said(@Nullable AppData data) {}

    private AppData read(String data) {
        return Objects.requireNonNull(json.read(
                        ("{\"data\":" + data + "}").getBytes(StandardCharsets.UTF_8), Said.class)
                .data());
    }

    private FieldError wrong(String data) {
        return catchThrowableOfType(ValidationFailed.class, () -> read(data))
                .errors()
                .getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"z\":1,\"a\":2,\"m\":{\"b\":[],\"a\":[{},[1,\"x\",null,true,false]]}}",
                "{\"n\":[1.50,1E+2,1e400,-0,0.10,12345678901234567890123456789]}",
                "{\"é👋\":\"é👋/\\\"\\\\\\b\\t\\n\\f\\r\\u0001\"}",
            })
    void isToldAsItCame(String data) {
        AppData read = read(data);
        assertThat(new String(json.write(new Said(read)), StandardCharsets.UTF_8))
                .isEqualTo("{\"data\":" + data + "}");
        assertThat(read.size()).isEqualTo(data.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void whiteSpaceGoesAndTextIsEscapedAsEverywhere() {
        AppData read = read(" { \"a\" : [ 1 , \"\u2028 \\u0085\\u0041\\/\" ] } ");
        assertThat(read).isEqualTo(new AppData("{\"a\":[1,\"\\u2028 \\u0085A/\"]}"));
        assertThat(read.size()).isEqualTo("{\"a\":[1,\"\u2028 \u0085A/\"]}".getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void noneIsNone() {
        byte[] none = "{\"data\":null}".getBytes(StandardCharsets.UTF_8);
        assertThat(json.read(none, Said.class).data()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"[]", "3", "true", "text"})
    void isAnObject(String data) {
        assertThat(wrong(data.equals("text") ? "\"text\"" : data))
                .isEqualTo(new FieldError("data", "must be an object"));
    }

    @Test
    void aKeyStandsOnceAndNoSurrogateAlone() {
        assertThat(wrong("{\"a\":{\"b\":1,\"b\":2}}")).isEqualTo(new FieldError("data.a.b", "is given more than once"));
        assertThat(wrong("{\"a\":\"\\ud800\"}").field()).isEqualTo("data");
        assertThat(wrong("{\"\\udc00\":1}")).isNotNull();
    }
}
