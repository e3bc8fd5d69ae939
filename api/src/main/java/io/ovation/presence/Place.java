package io.ovation.presence;

/**
 * What one connection or stream holds of a user's presence: taken once and left once, whichever is said first. Any
 * thread.
 */
public final class Place {
    private final Attendance attendance;
    private final String user;
    private Use use = Use.FREE;

    private enum Use {
        FREE,
        TAKEN,
        LEFT
    }

    Place(Attendance attendance, String user) {
        this.attendance = attendance;
        this.user = user;
    }

    /** The connection is there; says nothing when it has gone already. */
    public synchronized void take() {
        if (use == Use.FREE) {
            use = Use.TAKEN;
            attendance.enter(user);
        }
    }

    /** The connection has gone. */
    public synchronized void leave() {
        if (use == Use.TAKEN) {
            attendance.leave(user);
        }
        use = Use.LEFT;
    }
}
