package io.ovation.postgres;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.ovation.StartupFailure;

/**
 * The PostgreSQL that several nodes on one machine share, in a process of its own, so that each of them may be killed.
 * It lives until it is asked to stop, or until its standard input ends: whoever started it is gone then, however that
 * ended.
 */
public final class SharedPostgres {
    private SharedPostgres() {}

    /**
     * Starts it, prints its address with user and password in one line, and waits.
     *
     * @param args the data directory
     */
    @SuppressWarnings("SystemExitOutsideMain") // this is main, and its output is how the launcher knows
    public static void main(String[] args) throws IOException {
        EmbeddedPostgres postgres;
        try {
            postgres = EmbeddedPostgres.start(Path.of(args[0]));
        } catch (RuntimeException e) {
            say(FileDescriptor.err, e instanceof StartupFailure failure ? failure.oneLine() : String.valueOf(e));
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::close, "postgres-stop"));
        say(
                FileDescriptor.out,
                postgres.jdbcUrl() + "?user=" + postgres.user() + "&password=" + postgres.password());
        while (System.in.read() >= 0) {
            // nobody says anything here; only the end is news
        }
        System.exit(0);
    }

    /** To whoever started it; the log is elsewhere. */
    private static void say(FileDescriptor where, String line) {
        new PrintStream(new FileOutputStream(where), true, StandardCharsets.UTF_8).println(line);
    }
}
