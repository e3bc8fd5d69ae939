package io.ovation;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;

/**
 * Makes every test of this room fail that blocks an event loop; found through {@code META-INF/services}. It is there
 * before the first test of any engine: what it changes are the JDK's own locks, and a scheduler whose threads already
 * wait on them is left with a lock that nobody holds and nobody gets, so that nothing it was to repeat happens again.
 */
public final class BlockHoundFirst implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        // ids are made under one lock, which is held for less than it takes to look at it, and of random numbers that
        // are read once
        // and what the tests hold against the documents of the wire loads its classes where it is first asked
        BlockHound.install(builder -> builder.allowBlockingCallsInside(
                        "com.github.f4b6a3.uuid.UuidCreator$Proxy", "create")
                .allowBlockingCallsInside("io.ovation.wirecheck.WireDocuments", "answer")
                .allowBlockingCallsInside("io.ovation.wirecheck.WireDocuments", "refusal")
                .allowBlockingCallsInside("io.ovation.wirecheck.WireDocuments", "frame")
                .allowBlockingCallsInside("io.ovation.wirecheck.WireDocuments", "http"));
    }
}
