package io.ovation.live;

/** What the parts of the live push have in common. */
public final class Live {
    /** The processing group of the handlers that emit updates. */
    public static final String GROUP = "live";

    private Live() {}
}
