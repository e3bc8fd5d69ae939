package io.ovation.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What has to stand beside a figure: the server's JVM and flags, its memory at the end, and what it complained of. */
final class ServerFacts {
    private ServerFacts() {}

    static Map<String, Object> of(Server server) throws IOException, InterruptedException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("jdk", server.jdk());
        facts.put("flags", server.flags());
        facts.put("rssMiB", Proc.rss(server.pid()) >> 20);
        List<String> complaints = server.complaints();
        facts.put("warnings", complaints.size());
        complaints.stream().limit(5).forEach(Console::say);
        return facts;
    }
}
