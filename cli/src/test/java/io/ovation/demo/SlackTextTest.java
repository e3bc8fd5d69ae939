package io.ovation.demo;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SlackTextTest {
    private static final Map<String, String> NAMES = Map.of("U1", "Lark", "U2", "Mole (m$1)");

    @Test
    void whoIsNamedIsMentionedOnce() {
        SlackText text = SlackText.of("<@U1> and <@U2|moley>, then <@U1> and <@U9>", id -> NAMES.getOrDefault(id, id));

        assertThat(text.text()).isEqualTo("@Lark and @Mole (m$1), then @Lark and @U9");
        assertThat(text.mentioned()).containsExactly("Lark", "Mole (m$1)", "U9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a &lt;b&gt; &amp;amp; c ~ a <b> &amp; c",
                "&amp;lt; ~ &lt;",
                "<https://example.org/a?b=1&amp;c=2> ~ https://example.org/a?b=1&c=2",
                "<https://example.org|the page> ~ the page (https://example.org)",
                "<http://example.org|example.org> ~ http://example.org",
                "<mailto:a@example.org|a@example.org> ~ a@example.org",
                "<#C1|garden> <#C2> ~ #garden #C2",
                "<!here> <!channel|channel> <!subteam^S1|@diggers> ~ @here @channel @diggers",
                "<!date^1392734382^{date}|18 February 2014> ~ 18 February 2014",
                "1 < 2 and <> and <|x> ~ 1 < 2 and <> and <|x>"
            })
    void referencesAndEntitiesBecomeWhatReadersSaw(String raw, String seen) {
        assertThat(SlackText.of(raw, id -> id).text()).isEqualTo(seen);
    }
}
