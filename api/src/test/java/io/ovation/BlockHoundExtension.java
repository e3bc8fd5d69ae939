package io.ovation;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/** Makes every test of this room fail that blocks an event loop; found through {@code META-INF/services}. */
public final class BlockHoundExtension implements BeforeAllCallback {
    static {
        BlockHound.install();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // loading this class is all
    }
}
