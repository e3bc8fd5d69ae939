package io.ovation.acceptance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Runs on the {@link SharedServer}, and beside no other test that does. */
@ExtendWith(SharedServer.class)
@ResourceLock("the shared server")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface OnSharedServer {}
