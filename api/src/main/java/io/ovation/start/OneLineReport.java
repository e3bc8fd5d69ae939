package io.ovation.start;

import java.io.PrintStream;

import io.ovation.StartupFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says in one line, on the standard error stream, why the server does not start; the log has the rest at the level
 * DEBUG.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class OneLineReport implements SpringBootExceptionReporter {
    private static final Logger log = LoggerFactory.getLogger(OneLineReport.class);

    private final PrintStream err;

    /** Called by Spring Boot. */
    public OneLineReport(@Nullable ConfigurableApplicationContext context) {
        this(System.err);
    }

    OneLineReport(PrintStream err) {
        this.err = err;
    }

    @Override
    public boolean reportException(Throwable failure) {
        err.println("ovation: " + oneLine(failure).replaceAll("\\s*\\R\\s*", " "));
        err.flush();
        log.debug("Not started", failure);
        return true;
    }

    private static String oneLine(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case StartupFailure known -> {
                    return known.oneLine();
                }
                case PortInUseException taken -> {
                    return FreePort.inUse(null, taken.getPort());
                }
                case BindException wrong -> {
                    return wrongValue(wrong);
                }
                default -> {}
            }
        }
        Throwable root = root(failure);
        return "It does not start: " + root.getMessage() + " ("
                + root.getClass().getSimpleName() + "); with --debug the log says more";
    }

    private static String wrongValue(BindException wrong) {
        var property = wrong.getProperty();
        Throwable root = root(wrong);
        if (property == null) {
            return String.valueOf(root.getMessage());
        }
        boolean ours = root instanceof IllegalArgumentException
                && String.valueOf(root.getMessage()).startsWith(wrong.getName().toString());
        return ours ? String.valueOf(root.getMessage()) : wrong.getName() + " cannot be '" + property.getValue() + "'";
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }
}
