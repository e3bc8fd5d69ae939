package io.ovation.edge;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;

/**
 * Keeps the two sides and Axon from configuring themselves in the tests of the edge: {@link Sides} stand in their
 * place.
 */
final class WithoutSides implements AutoConfigurationImportFilter {
    @Override
    public boolean[] match(@Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
        boolean[] match = new boolean[autoConfigurationClasses.length];
        for (int i = 0; i < match.length; i++) {
            String name = autoConfigurationClasses[i];
            match[i] = name != null && !name.startsWith("io.ovation.") && !name.startsWith("org.axonframework.");
        }
        return match;
    }
}
