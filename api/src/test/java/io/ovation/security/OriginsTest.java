package io.ovation.security;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OriginsTest {
    private static Origins origins(String... allowed) {
        return new Origins(new WebSettings(List.of(allowed), List.of(), true));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, localhost:8080",
                "-, -",
                "http://localhost:8080, localhost:8080",
                "HTTP://LocalHost:8080, localhost:8080",
                "https://chat.example.org, chat.example.org",
                "https://chat.example.org, chat.example.org:443",
                "http://chat.example.org, chat.example.org:80",
                "http://[::1]:8080, [::1]:8080",
                "http://[::1], [::1]",
                "https://my_app.example.org, my_app.example.org",
                "http://my_app:8080, my_app:8080",
            })
    void aPageOfTheSameHostMayAndSoMayWhatIsNoPage(@Nullable String origin, @Nullable String host) {
        assertThat(origins().allowed(origin, "http", host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "http://evil.example.org, localhost:8080",
                "http://localhost:8081, localhost:8080",
                "http://localhost, localhost:8080",
                "https://chat.example.org, chat.example.org:80",
                "http://localhost:8080.evil.example.org, localhost:8080",
                "http://localhost:8080@evil.example.org, localhost:8080",
                "http://localhost:8080/x, localhost:8080",
                "null, localhost:8080",
                "'', localhost:8080",
                "file://, localhost:8080",
                "http://localhost:8080, -",
                "not an origin, localhost:8080",
            })
    void noOtherPageMay(String origin, @Nullable String host) {
        assertThat(origins().allowed(origin, "http", host)).isFalse();
    }

    @Test
    void behindTlsOnlyThePageThatCameByItIsTheServersOwn() {
        assertThat(origins().isOwn("https://app.example.org", "https", "app.example.org"))
                .isTrue();
        assertThat(origins().isOwn("http://app.example.org:443", "https", "app.example.org:443"))
                .isFalse();
        assertThat(origins("https://app.example.org").isOwn("https://app.example.org", "http", "api.example.org"))
                .isFalse();
    }

    @Test
    void thoseThatAreNamedMay() {
        Origins origins = origins("https://app.example.org", "http://dev.example.org:3000");

        assertThat(origins.allowed("https://app.example.org", "http", "api.example.org"))
                .isTrue();
        assertThat(origins.allowed("https://app.example.org:443", "http", "api.example.org"))
                .isTrue();
        assertThat(origins.allowed("https://APP.example.org", "http", "api.example.org"))
                .isTrue();
        assertThat(origins.allowed("http://dev.example.org:3000", "http", "api.example.org"))
                .isTrue();
        assertThat(origins.allowed("http://app.example.org", "http", "api.example.org")).isFalse();
        assertThat(origins.allowed("https://app.example.org:8443", "http", "api.example.org"))
                .isFalse();
        assertThat(origins("*").allowed("null", "http", "api.example.org")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.example.org",
                "https://app.example.org/",
                "ftp://app.example.org",
                "https://*.example.org",
                ""
            })
    void whatIsNoOriginIsRefused(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebSettings(List.of(wrong), List.of(), true))
                .withMessageContaining("ovation.web.allowed-origins");
    }
}
