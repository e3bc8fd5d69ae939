package io.ovation.acceptance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import io.ovation.acceptance.Linearizability.Call;
import io.ovation.acceptance.Linearizability.Deed;

/**
 * A conversation into which one is let and out of which one is put again and again, while members and others write and
 * read: all on the next node each time, and all noted down. Each client is one thread.
 */
final class GateKept {
    private static final long PAUSE = 60_000_000L;

    private final PatientClient client;
    private final String path;
    private final Map<String, Doubt> inDoubt = new ConcurrentHashMap<>();

    private record Doubt(long began, String user) {}

    private final List<Call> history = Collections.synchronizedList(new ArrayList<>());

    GateKept(PatientClient client) {
        this.client = client;
        this.path = "/api/conversations/"
                + client.call("ada", "POST", "/api/conversations", "{\"kind\":\"group\",\"members\":[\"bob\"]}")
                        .accepted()
                        .text("conversationId");
    }

    /** What each client does until it is to stop. */
    List<Runnable> clients() {
        return List.of(this::keepGate, () -> write("bob"), () -> write("eve"), () -> read("eve"), () -> read("bob"));
    }

    private void keepGate() {
        PatientClient.Answer added = client.ask("ada", "POST", path + "/members", "{\"user\":\"eve\"}");
        added.reply().accepted();
        noteInDoubt(added, new Deed.Added("eve"));
        note(added.asked(), new Deed.Added("eve"));
        LockSupport.parkNanos(PAUSE);
        PatientClient.Answer removed = client.ask("ada", "DELETE", path + "/members/eve", "");
        noteInDoubt(removed, new Deed.Removed("eve"));
        if (removed.reply().status() == 404) {
            // by an attempt of which nobody knew
            note(removed.asked(), new Deed.Refused("eve"));
        } else {
            removed.reply().accepted();
            note(removed.asked(), new Deed.Removed("eve"));
        }
        LockSupport.parkNanos(PAUSE);
    }

    /** A suspended node does what it was asked when it goes on, whatever was done elsewhere meanwhile. */
    private void noteInDoubt(PatientClient.Answer answer, Deed deed) {
        answer.inDoubt().forEach(asked -> history.add(new Call(asked, Long.MAX_VALUE, deed)));
    }

    private void write(String user) {
        String id = UUID.randomUUID().toString();
        String message = "{\"messageId\":\"" + id + "\",\"body\":\"x\"}";
        long began = System.nanoTime();
        PatientClient.Answer answer = client.ask(user, "POST", path + "/messages", message);
        Reply reply = answer.reply();
        // an attempt before it, which nobody answered, may have been taken all the same
        note(
                reply.ok() ? began : answer.asked(),
                reply.ok() ? new Deed.Sent(user, reply.number("seq")) : refused(user, reply));
        if (!reply.ok() && !answer.inDoubt().isEmpty()) {
            inDoubt.put(id, new Doubt(began, user));
        }
        LockSupport.parkNanos(PAUSE);
    }

    private void read(String user) {
        PatientClient.Answer answer = client.ask(user, "GET", path + "/messages?limit=1", "");
        Reply reply = answer.reply();
        note(answer.asked(), reply.ok() ? new Deed.Read(user, reply.number("lastSeq")) : refused(user, reply));
        LockSupport.parkNanos(PAUSE);
    }

    private static Deed refused(String user, Reply reply) {
        reply.rejected("forbidden");
        return new Deed.Refused(user);
    }

    private void note(long began, Deed deed) {
        history.add(new Call(began, System.nanoTime(), deed));
    }

    String conversationId() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    int size() {
        return history.size();
    }

    /** @param seqs which message has which number in the end */
    Optional<String> violation(Map<String, Long> seqs) {
        inDoubt.forEach((id, doubt) -> {
            Long seq = seqs.get(id);
            if (seq != null) {
                history.add(new Call(doubt.began(), Long.MAX_VALUE, new Deed.Sent(doubt.user(), seq)));
            }
        });
        return Linearizability.violation(Set.of("ada", "bob"), List.copyOf(history));
    }
}
