package io.ovation.eventstore;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

import io.ovation.conversation.ConversationEvent;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Posting;
import io.ovation.conversation.Role;

/**
 * A month of conversations, event by event, in the order of time: few of them busy and most of them quiet, by day more
 * than by night; mostly short messages, some long, of text that is not all ASCII; a few edits, redactions, comings and
 * goings.
 */
final class MonthOfTalk {
    private static final Duration MONTH = Duration.ofDays(30);
    private static final int EVENTS_A_CONVERSATION = 400;
    private static final int MOST_MEMBERS = 60;
    private static final int REMEMBERED = 20;
    private static final double MEDIAN_LENGTH = 60;
    private static final int LONGEST = 4_000;
    private static final String[] WORDS = {
        "the",
        "and",
        "to",
        "we",
        "is",
        "it",
        "you",
        "that",
        "for",
        "on",
        "have",
        "are",
        "will",
        "meeting",
        "tomorrow",
        "ok",
        "thanks",
        "release",
        "customer",
        "where",
        "naïve",
        "Straße",
        "déjà",
        "vu",
        "日本語",
        "👍",
        "🎉",
        "https://example.org/a/b?c=d",
        "\"quoted\"",
        "later",
        "please",
        "look",
        "at",
        "this",
        "build",
        "is",
        "red"
    };

    private final RandomGenerator random;
    private final List<Talk> talks = new ArrayList<>();
    private final int most;
    private final double usualMillis;
    private double at;
    private final double end;

    /** An event, its place in its conversation, and when it was recorded. */
    record Said(ConversationEvent event, long sequence, Instant at) {}

    /** The state of a conversation. */
    private static final class Talk {
        private final String id;
        private final List<String> members = new ArrayList<>();
        private final List<Text> texts = new ArrayList<>();
        private long seq;
        private long sequence;

        Talk(String id) {
            this.id = id;
        }
    }

    /** A message that may still be edited. */
    private record Text(String id, long seq, String sender) {}

    MonthOfTalk(int events, Instant until, RandomGenerator random) {
        this.random = random;
        this.most = Math.max(1, events / EVENTS_A_CONVERSATION);
        this.usualMillis = (double) MONTH.toMillis() / events;
        this.end = until.toEpochMilli();
        this.at = end - MONTH.toMillis();
    }

    Said next() {
        Instant now = Instant.ofEpochMilli((long) at);
        // by night a quarter of what is said by day; never beyond the end
        double rhythm = now.atZone(ZoneOffset.UTC).getHour() < 7 ? 0.3 : 1.25;
        at = Math.min(end, at + usualMillis / rhythm * random.nextExponential());
        boolean opens = talks.isEmpty() || talks.size() < most && random.nextInt(EVENTS_A_CONVERSATION / 4) == 0;
        if (opens) {
            Talk talk = new Talk(LogFiller.uuid(now, random));
            talks.add(talk);
            return new Said(opened(talk, now), talk.sequence++, now);
        }
        Talk talk = talks.get((int) (talks.size() * Math.pow(random.nextDouble(), 3)));
        return new Said(said(talk, now), talk.sequence++, now);
    }

    private ConversationEvent opened(Talk talk, Instant now) {
        int others = 2 + random.nextInt(8);
        for (int i = 0; i <= others; i++) {
            talk.members.add(person(i));
        }
        return new ConversationOpened(
                talk.id,
                Kind.group,
                words(20),
                talk.members.getFirst(),
                List.copyOf(talk.members.subList(1, others + 1)),
                Posting.members,
                now);
    }

    private ConversationEvent said(Talk talk, Instant now) {
        int kind = random.nextInt(1_000);
        if (kind < 60 && talk.members.size() < MOST_MEMBERS) {
            String user = person(talk.members.size());
            talk.members.add(user);
            return new MemberAdded(talk.id, user, Role.member, talk.members.getFirst(), now);
        }
        if (kind < 75 && talk.members.size() > 4) {
            return new MemberRemoved(talk.id, talk.members.removeLast(), talk.members.getFirst(), now);
        }
        if (kind < 120 && !talk.texts.isEmpty()) {
            Text text = talk.texts.get(random.nextInt(talk.texts.size()));
            return new MessageEdited(talk.id, text.id(), text.seq(), text(), text.sender(), now);
        }
        if (kind < 125 && !talk.texts.isEmpty()) {
            Text text = talk.texts.remove(random.nextInt(talk.texts.size()));
            return new MessageRedacted(talk.id, text.id(), text.seq(), text.sender(), now);
        }
        return sent(talk, now);
    }

    private MessageSent sent(Talk talk, Instant now) {
        String sender = talk.members.get(random.nextInt(talk.members.size()));
        Text text = new Text(LogFiller.uuid(now, random), ++talk.seq, sender);
        Text answered = !talk.texts.isEmpty() && random.nextInt(8) == 0 ? talk.texts.getLast() : null;
        List<String> mentions =
                random.nextInt(10) == 0 ? List.of(talk.members.get(random.nextInt(talk.members.size()))) : List.of();
        talk.texts.add(text);
        if (talk.texts.size() > REMEMBERED) {
            talk.texts.removeFirst();
        }
        // the command's time is a little before the event's
        Instant sentAt = now.minusMillis(random.nextInt(5)).truncatedTo(ChronoUnit.MILLIS);
        return new MessageSent(
                talk.id,
                text.id(),
                text.seq(),
                sender,
                text(),
                answered == null ? null : answered.id(),
                mentions,
                sentAt,
                answered == null ? null : answered.sender(),
                null);
    }

    /** Lengths are log-normal. */
    private String text() {
        return words((int) Math.clamp(MEDIAN_LENGTH * Math.exp(random.nextGaussian()), 1, LONGEST));
    }

    private String words(int length) {
        StringBuilder text = new StringBuilder(length + 10).append(WORDS[random.nextInt(WORDS.length)]);
        while (text.length() < length) {
            text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }

    private String person(int number) {
        return "person-" + number + "-" + random.nextInt(20_000);
    }
}
