package io.ovation.security;

import java.net.InetAddress;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TrustedProxiesTest {
    private static final TrustedProxies PROXIES =
            new TrustedProxies(List.of("127.0.0.1", "10.0.0.0/8", "2001:db8::/33"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1 | 203.0.113.1 | 203.0.113.1",
                "127.0.0.1 | 198.51.100.7, 203.0.113.1 | 203.0.113.1",
                "127.0.0.1 | 198.51.100.7, 203.0.113.1, 10.1.2.3 | 203.0.113.1",
                "127.0.0.1 | 203.0.113.1:4711 | 203.0.113.1",
                "127.0.0.1 | [2001:db9::1]:4711 | 2001:db9::1",
                "127.0.0.1 | 10.0.0.1, 10.0.0.2 | 10.0.0.1",
                "2001:db8:7fff::1 | 203.0.113.1 | 203.0.113.1",
                "2001:db8:8000::1 | 203.0.113.1 | 2001:db8:8000::1",
                "203.0.113.9 | 198.51.100.7 | 203.0.113.9",
                "127.0.0.1 | some.host.name | 127.0.0.1",
                "127.0.0.1 | 203.0.113.1, localhost, 10.0.0.1 | 10.0.0.1",
                "127.0.0.1 | unknown | 127.0.0.1",
                "127.0.0.1 | 203.0.113.1, | 127.0.0.1",
                "127.0.0.1 | '' | 127.0.0.1",
                "127.0.0.1 | 1 | 127.0.0.1",
            })
    void theClientIsTheLastAddressThatIsNoTrustedProxys(String peer, String forwardedFor, String client) {
        assertThat(PROXIES.client(InetAddress.ofLiteral(peer), List.of(forwardedFor)))
                .isEqualTo(InetAddress.ofLiteral(client));
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(PROXIES.client(
                        InetAddress.ofLiteral("127.0.0.1"), List.of("198.51.100.7", "203.0.113.1", "10.0.0.1")))
                .isEqualTo(InetAddress.ofLiteral("203.0.113.1"));
        assertThat(PROXIES.client(InetAddress.ofLiteral("127.0.0.1"), List.of()))
                .isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example.org", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "", "*", "10/8"})
    void whatIsNeitherAddressNorRangeIsRefused(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebSettings(List.of(), List.of(wrong), true))
                .withMessageContaining("ovation.web.trusted-proxies");
    }
}
