package io.ovation;

import io.ovation.start.Start;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;

/** The one runnable: both sides and the edge in one process. */
@SpringBootApplication(exclude = ReactiveUserDetailsServiceAutoConfiguration.class) // nobody signs in here: users come with tokens
public class Ovation {
    public static void main(String[] args) {
        Start.run(new SpringApplication(Ovation.class), args);
    }
}
