package io.ovation;

import io.ovation.start.Start;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;

/** The one runnable: both sides and the edge in one process. */
@SpringBootApplication(
        exclude = ReactiveUserDetailsServiceAutoConfiguration.class) // nobody signs in here: users come with tokens
public class Ovation {
    /** The JVM's, of how many threads of the machine carry virtual threads. */
    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    public static void main(String[] args) {
        // virtual threads decide, on half of the cores; the other half is for whatever has to keep up with them: the
        // store, the read models and the push
        if (System.getProperty(CARRIERS) == null) {
            System.setProperty(
                    CARRIERS, Integer.toString(Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
        }
        Start.run(new SpringApplication(Ovation.class), args);
    }
}
