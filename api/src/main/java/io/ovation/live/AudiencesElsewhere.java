package io.ovation.live;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.ovation.cluster.Nodes;
import io.ovation.live.Watches.Present;
import reactor.core.scheduler.Scheduler;

/**
 * Who watches which topic on the other nodes. Each node tells the others at most once a second which of its audiences
 * have changed, and all of them whenever a node comes or goes: so what was lost on the way is told again, and a node
 * that leaves takes its audiences with it. For any number of threads; its lock guards what was told, and is held for
 * nothing else.
 */
final class AudiencesElsewhere {
    private static final String KIND = "audience";
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int MOST_USERS = 200;

    /** Of one message; what is longer goes in several. */
    private static final int MOST_BYTES = 32 * 1024;

    private final Nodes nodes;
    private final Scheduler scheduler;
    private final Function<Topic, Present> here;
    private final Supplier<Collection<Topic>> all;
    private final Consumer<Topic> changed;

    private final Object lock = new Object();

    /** By topic and node; guarded by the lock, as the two below. */
    private final Map<Topic, Map<String, Present>> told = new HashMap<>();

    private Set<Topic> toTell = new HashSet<>();
    private boolean isDue;

    /**
     * @param here who watches a topic on this node
     * @param all the topics that are watched on this node
     * @param changed told of each topic whose audience elsewhere has changed; must not block
     */
    AudiencesElsewhere(
            Nodes nodes,
            Scheduler scheduler,
            Function<Topic, Present> here,
            Supplier<Collection<Topic>> all,
            Consumer<Topic> changed) {
        this.nodes = nodes;
        this.scheduler = scheduler;
        this.here = here;
        this.all = all;
        this.changed = changed;
        nodes.onTold(KIND, this::take);
        nodes.onChange(this::retain);
    }

    /** How many connections watch a topic on other nodes. */
    int watching(Topic topic) {
        synchronized (lock) {
            return told.getOrDefault(topic, Map.of()).values().stream()
                    .mapToInt(Present::connections)
                    .sum();
        }
    }

    /** The ids of those who do, as far as they were told; a user may be among them more than once. */
    List<String> users(Topic topic) {
        synchronized (lock) {
            return told.getOrDefault(topic, Map.of()).values().stream()
                    .flatMap(each -> each.users().stream())
                    .toList();
        }
    }

    /** The audience of a topic has changed on this node: the others are told within a second. */
    void changedHere(Topic topic) {
        if (nodes.several()) {
            tellLater(List.of(topic));
        }
    }

    private void tellLater(Collection<Topic> topics) {
        synchronized (lock) {
            toTell.addAll(topics);
            if (isDue || toTell.isEmpty()) {
                return;
            }
            isDue = true;
        }
        scheduler.schedule(this::tell, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tell() {
        Set<Topic> topics;
        synchronized (lock) {
            topics = toTell;
            toTell = new HashSet<>();
            isDue = false;
        }
        Message message = new Message();
        List<Topic> within = new ArrayList<>();
        for (Topic topic : topics) {
            message.add(topic, here.apply(topic));
            within.add(topic);
            if (message.size() > MOST_BYTES) {
                tell(message, within);
                message = new Message();
                within.clear();
            }
        }
        if (message.size() > 0) {
            tell(message, within);
        }
    }

    private void tell(Message message, List<Topic> topics) {
        if (!nodes.tell(KIND, message.bytes())) {
            tellLater(topics);
        }
    }

    private void take(String node, byte[] message) {
        Map<Topic, Present> news = Message.read(message);
        Set<Topic> differ = new HashSet<>();
        synchronized (lock) {
            news.forEach((topic, present) -> {
                Map<String, Present> byNode = told.computeIfAbsent(topic, any -> new HashMap<>());
                Present before = present.connections() == 0 ? byNode.remove(node) : byNode.put(node, present);
                if (byNode.isEmpty()) {
                    told.remove(topic);
                }
                if ((before == null ? 0 : before.connections()) != present.connections()) {
                    differ.add(topic);
                }
            });
        }
        differ.forEach(changed);
    }

    /** What was told by those who have gone is so no more; those who have come, or are back, were told nothing yet. */
    private void retain(Set<String> others) {
        Set<Topic> differ = new HashSet<>();
        synchronized (lock) {
            told.forEach((topic, byNode) -> {
                if (byNode.keySet().retainAll(others)) {
                    differ.add(topic);
                }
            });
            told.values().removeIf(Map::isEmpty);
        }
        differ.forEach(changed);
        tellLater(all.get());
    }

    /** Audiences as bytes, one after the other. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        void add(Topic topic, Present present) {
            try {
                List<String> users =
                        present.users().subList(0, Math.min(MOST_USERS, present.users().size()));
                out.writeUTF(topic.context());
                out.writeUTF(topic.id());
                out.writeInt(present.connections());
                out.writeShort(users.size());
                for (String user : users) {
                    out.writeUTF(user);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        int size() {
            return bytes.size();
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        static Map<Topic, Present> read(byte[] message) {
            Map<Topic, Present> all = new HashMap<>();
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(message))) {
                while (in.available() > 0) {
                    Topic topic = new Topic(in.readUTF(), in.readUTF());
                    int connections = in.readInt();
                    List<String> users = new ArrayList<>();
                    for (int left = in.readUnsignedShort(); left > 0; left--) {
                        users.add(in.readUTF());
                    }
                    all.put(topic, new Present(connections, users));
                }
                return all;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
