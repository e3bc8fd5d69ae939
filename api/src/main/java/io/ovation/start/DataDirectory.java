package io.ovation.start;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Sees whether the data directory can be one before anything warns of what follows from it. Runs once, at the start.
 */
final class DataDirectory implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        String data = context.getEnvironment().getProperty("ovation.data", "");
        try {
            for (Path each = Path.of(data).toAbsolutePath(); each != null; each = each.getParent()) {
                if (Files.exists(each)) {
                    if (!Files.isDirectory(each)) {
                        throw new CannotStart("The data directory cannot be " + data + ": " + each + " is a file");
                    }
                    return;
                }
            }
        } catch (InvalidPathException noPath) {
            throw new CannotStart("The data directory cannot be '" + data + "': that is no path");
        }
    }
}
