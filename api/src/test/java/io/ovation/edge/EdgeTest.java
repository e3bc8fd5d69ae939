package io.ovation.edge;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.ovation.Ovation;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ActiveProfiles;

/** A test of the whole edge on a port of its own, with {@link Sides} behind it. Equal ones share one server. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        classes = {Ovation.class, Sides.class},
        properties = {"ovation.security.jwt-secret=" + TestTokens.SECRET, "ovation.data=target/edge"})
@ActiveProfiles("standalone")
public @interface EdgeTest {}
