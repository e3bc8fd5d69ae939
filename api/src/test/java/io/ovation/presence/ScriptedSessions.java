package io.ovation.presence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.Unavailable;
import io.ovation.admission.FairAdmission;
import io.ovation.operation.Gateways;
import io.ovation.presence.PresenceQuery.FindOpenSessions;
import io.ovation.presence.PresenceQuery.OpenSessions;
import io.ovation.presence.SessionCommand.CloseSession;
import io.ovation.presence.SessionCommand.OpenSession;
import io.ovation.presence.SessionRejection.SessionNotFound;
import org.axonframework.commandhandling.AsynchronousCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;

/**
 * A log of sessions behind Axon's own buses, one step at a time: a command is handled when the test says so, and meets
 * the fate that the test has set. For one thread.
 */
final class ScriptedSessions {
    static final String NODE = "node";

    private final Deque<Runnable> underWay = new ArrayDeque<>();
    private final List<String> events = new ArrayList<>();
    private final Map<String, String> open = new LinkedHashMap<>();
    private final Gateways gateways;
    private Fate fate = Fate.DONE;

    /** What becomes of a command. */
    enum Fate {
        DONE,
        /** Turned down: nothing is recorded. */
        UNAVAILABLE,
        /** It fails, and nobody knows that nothing was recorded. */
        BROKEN,
        /** It is recorded, and nobody knows. */
        UNHEARD
    }

    ScriptedSessions() {
        AsynchronousCommandBus bus =
                AsynchronousCommandBus.builder().executor(underWay::add).build();
        bus.subscribe(OpenSession.class.getName(), message -> {
            OpenSession command = (OpenSession) message.getPayload();
            meet(() -> {
                if (open.putIfAbsent(command.sessionId(), command.user()) == null) {
                    events.add("open " + command.user());
                }
            });
            return null;
        });
        bus.subscribe(CloseSession.class.getName(), message -> {
            CloseSession command = (CloseSession) message.getPayload();
            meet(() -> close(command));
            return null;
        });
        SimpleQueryBus queries = SimpleQueryBus.builder().build();
        queries.<OpenSessions>subscribe(FindOpenSessions.class.getName(), OpenSessions.class, message -> {
            if (!((FindOpenSessions) message.getPayload()).node().equals(NODE)) {
                throw new IllegalArgumentException("Another node");
            }
            if (fate != Fate.DONE) {
                throw new Unavailable("The history is behind", 1);
            }
            return new OpenSessions(List.copyOf(open.keySet()));
        });
        gateways = new Gateways(
                DefaultCommandGateway.builder().commandBus(bus).build(),
                DefaultQueryGateway.builder().queryBus(queries).build(),
                new FairAdmission(1, 1));
    }

    Gateways gateways() {
        return gateways;
    }

    /** Leaves sessions open that an earlier life of the node opened. */
    void leftOpen(Map<String, String> sessions) {
        open.putAll(sessions);
    }

    /** Another node closes a user's sessions, which takes this one for gone. */
    void closedElsewhere(String user) {
        open.values().removeIf(user::equals);
    }

    /** What every command meets from now on. */
    void fate(Fate next) {
        fate = next;
    }

    /** Handles the oldest command that is under way. */
    boolean work() {
        Runnable next = underWay.poll();
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    void workAll() {
        while (work()) {
            // the next one
        }
    }

    int underWay() {
        return underWay.size();
    }

    /** What was recorded since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    /** The users of the sessions that are open, one for each. */
    Collection<String> open() {
        return open.values();
    }

    private void close(CloseSession command) {
        String user = open.remove(command.sessionId());
        if (user == null) {
            throw new SessionNotFound();
        }
        events.add(command.reason() + " " + user);
    }

    private void meet(Runnable recording) {
        switch (fate) {
            case DONE -> recording.run();
            case UNAVAILABLE -> throw new Unavailable("Too many commands are under way", 1);
            case BROKEN -> throw new IllegalStateException("broken");
            case UNHEARD -> {
                recording.run();
                throw new IllegalStateException("unheard");
            }
        }
    }
}
