package io.ovation.acceptance;

/** The two ways in; streams come over SSE with the one and over RSocket with the other. */
enum Transport {
    HTTP {
        @Override
        Api connect(OvationServer server, String user, String token) {
            return new HttpApi(server, user, token);
        }
    },
    RSOCKET {
        @Override
        Api connect(OvationServer server, String user, String token) {
            return RSocketApi.connect(server, user, token);
        }
    };

    abstract Api connect(OvationServer server, String user, String token);
}
