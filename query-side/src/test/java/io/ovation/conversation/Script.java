package io.ovation.conversation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.ovation.AppData;
import io.ovation.conversation.ConversationEvent.BanLifted;
import io.ovation.conversation.ConversationEvent.ConversationChanged;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationEvent.MemberMuted;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.conversation.ReceiptEvent.DeliveryAcknowledged;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;

/** Writes the events that conversations would record; numbers them as the aggregates would. */
public final class Script {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.123456Z");

    private final List<DomainEventMessage<?>> events = new ArrayList<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, Long> seqs = new HashMap<>();
    private final Map<String, String> senders = new HashMap<>();
    private final Map<String, List<String>> pairs = new HashMap<>();
    private long time;

    /** The id that goes with a name. */
    public static String id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    public static String messageId(String conversation, long seq) {
        return id(conversation + "#" + seq);
    }

    public Script open(String conversation, Kind kind, String owner, String... members) {
        if (kind == Kind.direct) {
            pairs.put(conversation, List.of(owner, members[0]));
        }
        return record(new ConversationOpened(
                id(conversation),
                kind,
                kind == Kind.direct ? null : "About " + conversation,
                owner,
                List.of(members),
                Posting.members,
                now()));
    }

    public Script add(String conversation, String user, Role role) {
        return record(new MemberAdded(id(conversation), user, role, "someone", now()));
    }

    public Script remove(String conversation, String user) {
        return record(new MemberRemoved(id(conversation), user, "someone", now()));
    }

    public Script rename(String conversation, String title) {
        return record(new ConversationChanged(id(conversation), title, null, null, null, null, "someone", now()));
    }

    /** Gives it another title, data and slow mode. */
    public Script change(String conversation, String title, AppData data, int slowMode) {
        return record(new ConversationChanged(
                id(conversation), title, null, Joining.open, data, slowMode, "someone", now()));
    }

    /** Bans a user for ever, or for as long as time in the script lasts. */
    public Script ban(String conversation, String user, boolean forEver) {
        Instant at = now();
        return record(new MemberBanned(
                id(conversation), user, forEver ? null : at.plusNanos(1_500), "Because", "someone", at));
    }

    public Script unban(String conversation, String user) {
        return record(new BanLifted(id(conversation), user, "someone", now()));
    }

    public Script mute(String conversation, String user) {
        return record(new MemberMuted(id(conversation), user, null, "someone", now()));
    }

    public Script send(String conversation, String sender, String body) {
        long seq = seqs.merge(conversation, 1L, Long::sum);
        return send(
                conversation,
                seq,
                sender,
                body,
                seq % 5 == 0 ? seq - 1 : 0,
                seq % 7 == 0 ? List.of("a.b", "$c") : List.of());
    }

    /** Sends a message that replies to another, if its seq is not 0, and mentions some. */
    public Script send(String conversation, String sender, String body, long replyTo, String... mentions) {
        return send(conversation, seqs.merge(conversation, 1L, Long::sum), sender, body, replyTo, List.of(mentions));
    }

    private Script send(
            String conversation, long seq, String sender, String body, long replyTo, List<String> mentions) {
        senders.put(messageId(conversation, seq), sender);
        List<String> pair = pairs.getOrDefault(conversation, List.of());
        return record(new MessageSent(
                id(conversation),
                messageId(conversation, seq),
                seq,
                sender,
                body,
                replyTo == 0 ? null : messageId(conversation, replyTo),
                mentions,
                now(),
                replyTo == 0 ? null : senders.get(messageId(conversation, replyTo)),
                pair.contains(sender) ? pair.get(1 - pair.indexOf(sender)) : null,
                seq % 3 == 0 ? new AppData("{\"n\":" + seq + "}") : null));
    }

    public Script read(String conversation, String user, long seq) {
        return record(new ConversationRead(id(conversation), user, seq, now()));
    }

    public Script delivered(String conversation, String user, long seq) {
        return record(new DeliveryAcknowledged(id(conversation), user, seq, now()));
    }

    public Script edit(String conversation, long seq, String body) {
        AppData data = body.length() % 2 == 0 ? new AppData("{\"edited\":1.50}") : null;
        return record(
                new MessageEdited(id(conversation), messageId(conversation, seq), seq, body, "someone", now(), data));
    }

    public Script redact(String conversation, long seq) {
        return record(new MessageRedacted(id(conversation), messageId(conversation, seq), seq, "someone", now()));
    }

    /** What was written since the last call. */
    public List<DomainEventMessage<?>> take() {
        List<DomainEventMessage<?>> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    public long lastSequence(String conversation) {
        return sequences.getOrDefault(id(conversation), 0L) - 1;
    }

    public long lastSeq(String conversation) {
        return seqs.getOrDefault(conversation, 0L);
    }

    private Script record(ConversationEvent event) {
        long sequence = sequences.merge(event.conversationId(), 1L, Long::sum) - 1;
        events.add(new GenericDomainEventMessage<>("Conversation", event.conversationId(), sequence, event));
        return this;
    }

    private Script record(ReceiptEvent event) {
        String receipt = ReceiptEvent.receiptId(event.conversationId(), event.user());
        long sequence = sequences.merge(receipt, 1L, Long::sum) - 1;
        events.add(new GenericDomainEventMessage<>("Receipt", receipt, sequence, event));
        return this;
    }

    private Instant now() {
        return START.plusNanos(1_000 * time++);
    }
}
