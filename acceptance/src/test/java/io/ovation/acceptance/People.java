package io.ovation.acceptance;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The users of one test, each with a name that no other test has. Their connections end with the test. */
final class People implements AutoCloseable {
    private final OvationServer server;
    private final String mark =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final List<AutoCloseable> open = new ArrayList<>();

    People(OvationServer server) {
        this.server = server;
    }

    OvationServer server() {
        return server;
    }

    /** The full name of the user that the test calls so. */
    String name(String user) {
        return user + "-" + mark;
    }

    Api connect(Transport transport, String user, String... roles) {
        return closing(transport.connect(server, name(user), Tokens.of(name(user), roles)));
    }

    HttpApi http(String user, String... roles) {
        return closing(new HttpApi(server, name(user), Tokens.of(name(user), roles)));
    }

    RSocketApi rsocket(String user, String... roles) {
        return closing(RSocketApi.connect(server, name(user), Tokens.of(name(user), roles)));
    }

    /** Closes that at the end of the test. */
    <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        open.clear();
    }
}
