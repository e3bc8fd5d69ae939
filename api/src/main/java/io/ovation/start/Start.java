package io.ovation.start;

import org.springframework.boot.SpringApplication;

/** Starts the application: with its settings and its port looked at first, and a non-zero exit when it cannot be. */
public final class Start {
    private Start() {}

    /** Runs the application, and ends the process when it does not start. */
    @SuppressWarnings(
            "SystemExitOutsideMain") // it is main's one line, and parts of the sides keep threads that would hold the
    // process
    public static void run(SpringApplication application, String[] args) {
        application.addInitializers(
                new Purpose(),
                new KnownSettings(args),
                new Production(),
                new PageSwitch(),
                new Tls(),
                new DataDirectory(),
                new LoopbackOnly(),
                new FreePort());
        try {
            application.run(args);
        } catch (SpringApplication.AbandonedRunException abandoned) {
            throw abandoned;
        } catch (RuntimeException | Error reported) {
            // OneLineReport has said why
            System.exit(1);
        }
    }
}
