package io.ovation.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
import io.ovation.conversation.ConversationEvent.MuteLifted;
import io.ovation.documents.Changes;
import io.ovation.documents.Draft;
import io.ovation.sequence.Buckets.Part;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

import static io.ovation.conversation.ConversationDocuments.BANS;
import static io.ovation.conversation.ConversationDocuments.CONVERSATIONS;
import static io.ovation.conversation.ConversationDocuments.MEMBERS;
import static io.ovation.conversation.ConversationDocuments.MEMBERSHIPS;
import static io.ovation.conversation.ConversationDocuments.MESSAGES;
import static io.ovation.conversation.ConversationDocuments.READERS;
import static io.ovation.conversation.ConversationDocuments.ROSTERS;
import static io.ovation.conversation.ConversationDocuments.SHOWN_MEMBERS;
import static io.ovation.conversation.ConversationDocuments.TITLES;
import static io.ovation.conversation.ConversationDocuments.TITLE_CHANGES;
import static io.ovation.conversation.ConversationDocuments.bansId;
import static io.ovation.conversation.ConversationDocuments.memberId;
import static io.ovation.conversation.ConversationDocuments.membershipId;

/** Keeps the documents of the conversations: says what each event does to each of them. */
@ProcessingGroup(ConversationDocuments.PROJECTION)
final class ConversationProjection {
    @EventHandler
    void on(ConversationEvent event, @SequenceNumber long sequence, TrackingToken token, UnitOfWork<?> batch) {
        new Step(Changes.of(batch), token.position().orElseThrow(), sequence).apply(event);
    }

    /** One event: its place in the log and in its conversation. */
    private record Step(Changes changes, long position, long sequence) {

        void apply(ConversationEvent event) {
            switch (event) {
                case ConversationOpened opened -> opened(opened);
                case ConversationChanged changed -> changed(changed);
                case MemberBanned banned -> banned(banned);
                case BanLifted lifted -> lifted(lifted);
                case MemberMuted muted -> noted(muted);
                case MuteLifted lifted -> noted(lifted);
                case MemberAdded added -> added(added);
                case MemberRemoved removed -> removed(removed);
                case MessageSent sent -> sent(sent);
                case MessageEdited edited -> edited(edited);
                case MessageRedacted redacted -> redacted(redacted);
            }
        }

        private void opened(ConversationOpened event) {
            String id = event.conversationId();
            conversation(id, conversation -> {
                conversation
                        .set("kind", event.kind().name())
                        .set("posting", event.posting().name())
                        .set("joining", event.joining().name())
                        .set("active", position)
                        .set("lastSeq", 0L);
                if (event.title() != null) {
                    conversation.set("title", event.title());
                }
                if (event.data() != null) {
                    conversation.set("data", event.data().json());
                }
            });
            List<String> everyone = new ArrayList<>(event.members().size() + 1);
            everyone.add(event.owner());
            everyone.addAll(event.members());
            roster(id, roster -> {
                members(roster, List.copyOf(everyone));
                roster.set("owners", List.of(event.owner()));
            });
            for (String user : everyone) {
                Role role = user.equals(event.owner()) ? Role.owner : Role.member;
                changes.add(MEMBERS, memberId(id, user), position, member -> member.set("role", role.name()));
                listed(id, user, ListChange.opened);
            }
        }

        private void changed(ConversationChanged event) {
            if (event.title() != null) {
                // once, and not for each member; see ListChanges
                changes.add(
                        TITLES,
                        event.conversationId(),
                        position,
                        titles -> TITLE_CHANGES.add(titles, event.conversationId(), new Document("at", position)));
            }
            conversation(event.conversationId(), conversation -> {
                set(conversation, "title", event.title());
                set(conversation, "posting", event.posting() == null ? null : event.posting().name());
                set(conversation, "joining", event.joining() == null ? null : event.joining().name());
                set(conversation, "data", event.data() == null ? null : event.data().json());
                set(conversation, "slowMode", event.slowMode());
            });
        }

        private void banned(MemberBanned event) {
            noted(event);
            bans(event.conversationId(), event.user(), event.at(), BanDocuments.document(event));
        }

        private void lifted(BanLifted event) {
            noted(event);
            bans(event.conversationId(), event.user(), event.at(), null);
        }

        /** What has ended goes with what is changed beside it. */
        private void bans(String conversationId, String user, Instant at, @Nullable Document ban) {
            changes.add(BANS, bansId(conversationId, user), position, bans -> {
                List<Object> after = new ArrayList<>(list(bans, "bans"));
                after.removeIf(each -> BanDocuments.isOf((Document) each, user)
                        || !BanDocuments.holds((Document) each, at));
                if (ban != null) {
                    after.add(ban);
                }
                bans.set("bans", List.copyOf(after));
            });
        }

        /** Nothing is read of it, but that it is in the log. */
        private void noted(ConversationEvent event) {
            conversation(event.conversationId(), conversation -> {});
        }

        private void added(MemberAdded event) {
            String id = event.conversationId();
            conversation(id, conversation -> {});
            changes.add(
                    MEMBERS,
                    memberId(id, event.user()),
                    position,
                    member -> member.set("role", event.role().name()));
            roster(id, roster -> {
                members(roster, with(roster, "members", event.user()));
                rank(roster, "owners", event.user(), event.role() == Role.owner);
                rank(roster, "moderators", event.user(), event.role() == Role.moderator);
            });
            listed(id, event.user(), ListChange.joined);
        }

        private void removed(MemberRemoved event) {
            String id = event.conversationId();
            conversation(id, conversation -> {});
            changes.add(MEMBERS, memberId(id, event.user()), position, member -> member.unset("role"));
            roster(id, roster -> {
                members(roster, without(roster, "members", event.user()));
                rank(roster, "owners", event.user(), false);
                rank(roster, "moderators", event.user(), false);
            });
            changes.add(READERS, id, position, readers -> {
                if (list(readers, "users").contains(event.user())) {
                    readers.set("users", without(readers, "users", event.user()));
                }
            });
            listed(id, event.user(), ListChange.left);
        }

        private void sent(MessageSent event) {
            changes.hold(event.body());
            String id = event.conversationId();
            conversation(
                    id, conversation -> conversation.set("lastSeq", event.seq()).set("active", position));
            message(id, event.seq(), (bucket, path) -> bucket.set(path, MessageDocuments.document(event)));
            // who sends need not be a member: an admin may, everywhere
            changes.add(MEMBERS, memberId(id, event.sender()), position, member -> member.set(
                            "sent", number(member, "sent") + 1)
                    .set("own", OwnSeqs.of(member.state("own", Binary.class)).with(event.seq())));
        }

        private void edited(MessageEdited event) {
            changes.hold(event.body());
            message(event.conversationId(), event.seq(), (bucket, path) -> {
                bucket.set(path + ".body", event.body())
                        .set(path + ".editedAt", event.editedAt().toString());
                set(bucket, path + ".data", event.data() == null ? null : event.data().json());
            });
            conversation(event.conversationId(), conversation -> {});
        }

        private void redacted(MessageRedacted event) {
            MESSAGES.redact(changes, event.conversationId(), event.seq(), position, (bucket, path) -> bucket.unset(
                            path + ".body")
                    .unset(path + ".mentions")
                    .unset(path + ".data")
                    .set(path + ".redacted", true));
            conversation(event.conversationId(), conversation -> {});
        }

        private void conversation(String id, Consumer<Draft> step) {
            changes.add(CONVERSATIONS, id, position, conversation -> {
                conversation.set("last", sequence);
                step.accept(conversation);
            });
        }

        private void message(String conversationId, long seq, Part step) {
            MESSAGES.add(changes, conversationId, seq, position, step);
        }

        private void roster(String conversationId, Consumer<Draft> step) {
            changes.add(ROSTERS, conversationId, position, step);
        }

        private void listed(String conversationId, String user, ListChange change) {
            String id = membershipId(user, conversationId);
            changes.add(
                    MEMBERSHIPS,
                    id,
                    position,
                    membership -> new Memberships(membership, id).take(conversationId, change, position));
        }
    }

    /** What a list of conversations shows of them stands for itself: it does not read thousands to show a few. */
    private static void members(Draft roster, List<?> members) {
        roster.set("members", members)
                .set("count", (long) members.size())
                .set("first", List.copyOf(members.subList(0, Math.min(members.size(), SHOWN_MEMBERS))));
    }

    private static void rank(Draft roster, String rank, String user, boolean has) {
        List<?> before = list(roster, rank);
        if (before.contains(user) != has) {
            roster.set(rank, has ? with(roster, rank, user) : without(roster, rank, user));
        }
    }

    private static List<?> with(Draft draft, String field, String value) {
        List<?> before = list(draft, field);
        if (before.contains(value)) {
            return before;
        }
        List<Object> after = new ArrayList<>(before.size() + 1);
        after.addAll(before);
        after.add(value);
        return after;
    }

    private static List<?> without(Draft draft, String field, String value) {
        return list(draft, field).stream()
                .filter(element -> !element.equals(value))
                .toList();
    }

    /** Sets what an event says; what it does not say stays. */
    private static void set(Draft draft, String path, @Nullable Object value) {
        if (value != null) {
            draft.set(path, value);
        }
    }

    private static List<?> list(Draft draft, String field) {
        List<?> list = draft.state(field, List.class);
        return list == null ? List.of() : list;
    }

    private static long number(Draft draft, String field) {
        Long number = draft.state(field, Long.class);
        return number == null ? 0 : number;
    }
}
