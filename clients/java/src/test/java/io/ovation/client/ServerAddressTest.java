package io.ovation.client;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ServerAddressTest {
    @Test
    void theTwoEdgesAreBelowOneAddress() {
        ServerAddress server = ServerAddress.parse(" https://chat.example.org/live/ ");

        assertThat(server.http("/api")).hasToString("https://chat.example.org/live/api");
        assertThat(server.rsocket()).hasToString("wss://chat.example.org/live/rsocket");
        assertThat(server.port()).isEqualTo(443);
        assertThat(ServerAddress.parse("http://127.0.0.1:8080").rsocket()).hasToString("ws://127.0.0.1:8080/rsocket");
        assertThat(ServerAddress.parse("http://127.0.0.1").port()).isEqualTo(80);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "8080",
                "127.0.0.1:8080",
                "ws://a",
                "http://",
                "http://a b",
                "http://a?b",
                "http://a#b",
                "http:///x"
            })
    void anythingElseIsNoAddress(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no http://");
    }
}
