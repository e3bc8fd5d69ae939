package io.ovation.eventstore;

import java.nio.charset.StandardCharsets;

import io.ovation.AppData;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AppDataShapeTest {
    private record Said(AppData data, String text) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"z\":1.50,\"a\":[1E+2,-0,{\"é👋\":null}],\"m\":\"\\u2028\\u0085\\\"\\\\\"}",
            })
    void isInAnEventAsItCame(String data) {
        var serializer = EventJson.serializer();
        Said said = new Said(new AppData(data), "after");

        byte[] written = serializer.serialize(said, byte[].class).getData();

        assertThat(new String(written, StandardCharsets.UTF_8))
                .isEqualTo("{\"data\":" + data + ",\"text\":\"after\"}");
        assertThat((Object) serializer.deserialize(
                        new SimpleSerializedObject<>(written, byte[].class, Said.class.getName(), null)))
                .isEqualTo(said);
    }
}
