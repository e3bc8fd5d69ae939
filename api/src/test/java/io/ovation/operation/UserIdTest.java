package io.ovation.operation;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class UserIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "John Doe", "é/;%😀 \"'", "Łukasz", "名前", "a b"})
    void anyTextThatLooksLikeItselfAlone(String id) {
        assertThat(UserId.isValid(id, 200)).isTrue();
        assertThat(UserId.isValid("😀".repeat(200), 200)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " ann",
                "ann ",
                "ann\u00a0",
                "\u3000ann",
                "ann\u2028",
                "e\u0301",
                "A\u030a",
                "\u212b",
                "a\u200bnn",
                "a\u202enn",
                "\ufeffann",
                "a\u00adnn",
                "a\nb",
                "a\u0000b",
                "a\u0085b",
                "\ud800",
            })
    void nothingThatLooksLikeAnother(String id) {
        assertThat(UserId.isValid(id, 200)).isFalse();
        assertThat(UserId.isValid("😀".repeat(201), 200)).isFalse();
    }
}
