package io.ovation;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/** Makes every test of this room fail that blocks an event loop; found through {@code META-INF/services}. */
public final class BlockHoundExtension implements BeforeAllCallback {
    static {
        // ids are made under one lock, which is held for less than it takes to look at it, and of random numbers that
        // are read once
        BlockHound.install(
                builder -> builder.allowBlockingCallsInside("com.github.f4b6a3.uuid.UuidCreator$Proxy", "create"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // loading this class is all
    }
}
