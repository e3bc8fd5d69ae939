package io.ovation.acceptance;

import java.util.List;
import java.util.regex.Pattern;

/** Looks for secrets in what a server has said: there are none, whatever its clients do. Stateless. */
final class Secrets {
    /** A token, whoever signed it: the beginning of a head in JSON, and the two parts that follow. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*");

    private Secrets() {}

    /** The lines that hold a token, or the secret that all servers of these tests are given. */
    static List<String> in(String log) {
        return log.lines()
                .filter(line -> line.contains(Tokens.SECRET) || TOKEN.matcher(line).find())
                .toList();
    }
}
