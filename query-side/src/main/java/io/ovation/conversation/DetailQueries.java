package io.ovation.conversation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.conversation.ConversationQuery.BanPage;
import io.ovation.conversation.ConversationQuery.BanView;
import io.ovation.conversation.ConversationQuery.ConversationDetails;
import io.ovation.conversation.ConversationQuery.FindBans;
import io.ovation.conversation.ConversationQuery.FindConversation;
import io.ovation.conversation.ConversationQuery.FindMembers;
import io.ovation.conversation.ConversationQuery.MemberPage;
import io.ovation.conversation.ConversationQuery.MemberView;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import io.ovation.page.UserPage;
import org.axonframework.queryhandling.QueryHandler;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.BANS;
import static io.ovation.conversation.ConversationDocuments.CONVERSATIONS;
import static io.ovation.conversation.ConversationDocuments.MEMBERS;
import static io.ovation.conversation.ConversationDocuments.RECEIPTS;
import static io.ovation.conversation.ConversationDocuments.ROSTERS;
import static io.ovation.conversation.ConversationDocuments.bansIds;
import static io.ovation.conversation.ConversationDocuments.memberId;

/** One conversation, its members and its bans. It has no state that changes, and any thread may use it. */
final class DetailQueries {
    private static final Document NOTHING = new Document();

    private final ReadModels readModels;
    private final DocumentStore documents;
    private final ConversationAccess access;
    private final UnreadCounts unread;

    DetailQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        this.readModels = readModels;
        this.documents = documents;
        this.access = access;
        this.unread = new UnreadCounts(documents);
    }

    @QueryHandler
    CompletableFuture<ConversationDetails> handle(FindConversation query) {
        return readModels.answer(
                Interest.of(query.by().user(), query.conversationId()),
                () -> access.readable(query.conversationId(), query.by())
                .flatMap(readable -> Mono.zip(
                        documents.find(
                                CONVERSATIONS,
                                query.conversationId(),
                                "kind",
                                "title",
                                "posting",
                                "joining",
                                "data",
                                "slowMode",
                                "lastSeq"),
                        member(query.conversationId(), query.by(), "role", "sent", "own"),
                        roster(query.conversationId(), "count")))
                .flatMap(found -> details(query, found.getT1(), found.getT2(), found.getT3())));
    }

    private Mono<ConversationDetails> details(
            FindConversation query, Document conversation, Document member, Document roster) {
        Role role = role(member);
        String id = query.conversationId();
        String user = query.by().user();
        ConversationDetails details = new ConversationDetails(
                id,
                Kind.valueOf(conversation.getString("kind")),
                conversation.getString("title"),
                word(conversation, "posting", Posting::valueOf, Posting.members),
                word(conversation, "joining", Joining::valueOf, Joining.invited),
                data(conversation.getString("data")),
                roster.getLong("count") == null ? 0 : roster.getLong("count"),
                role,
                conversation.getLong("lastSeq"),
                null,
                slowMode(conversation.getInteger("slowMode")));
        if (role == null) {
            return Mono.just(details);
        }
        return documents
                .find(RECEIPTS, memberId(id, user), "read")
                .defaultIfEmpty(NOTHING)
                .flatMap(receipt -> unread.count(
                        id, user, details.lastSeq(), receipt.get("read") instanceof Long read ? read : 0, member))
                .map(count -> with(details, count));
    }

    private static ConversationDetails with(ConversationDetails details, long unread) {
        return new ConversationDetails(
                details.conversationId(),
                details.kind(),
                details.title(),
                details.posting(),
                details.joining(),
                details.data(),
                details.memberCount(),
                details.role(),
                details.lastSeq(),
                unread,
                details.slowMode());
    }

    @QueryHandler
    CompletableFuture<MemberPage> handle(FindMembers query) {
        String id = query.conversationId();
        return readModels.answer(Interest.of(query.by().user(), id), () -> access.readable(id, query.by())
                .flatMap(readable -> Mono.zip(
                        documents.find(CONVERSATIONS, id, "kind"),
                        member(id, query.by(), "role"),
                        roster(id, "members", "owners", "moderators")))
                .map(found -> {
                    boolean channel = found.getT1().getString("kind").equals(Kind.channel.name());
                    boolean all = !channel || query.by().admin() || moderates(found.getT2());
                    List<MemberView> members = members(found.getT3(), all ? null : query.by().user());
                    UserPage<MemberView> page =
                            UserPage.of(members, MemberView::user, query.after(), query.limit());
                    return new MemberPage(page.shown(), page.next());
                }));
    }

    /** @param onlyOf who sees only themselves beside the owners and moderators; null for who sees all */
    private static List<MemberView> members(Document roster, @Nullable String onlyOf) {
        Set<String> owners = new HashSet<>(roster.getList("owners", String.class, List.of()));
        Set<String> moderators = new HashSet<>(roster.getList("moderators", String.class, List.of()));
        return roster.getList("members", String.class, List.of()).stream()
                .map(user -> new MemberView(
                        user,
                        owners.contains(user)
                                ? Role.owner
                                : moderators.contains(user) ? Role.moderator : Role.member))
                .filter(member -> onlyOf == null
                        || member.role().moderates()
                        || member.user().equals(onlyOf))
                .toList();
    }

    @QueryHandler
    CompletableFuture<BanPage> handle(FindBans query) {
        String id = query.conversationId();
        return readModels.answer(Interest.of(query.by().user(), id), () -> access.known(id)
                .flatMap(readable -> member(id, query.by(), "role"))
                .doOnNext(member -> mayModerate(query.by(), member))
                .flatMap(member -> documents
                        .find(BANS, bansIds(id), "bans")
                        .flatMapIterable(bans -> bans.getList("bans", Document.class))
                        .filter(ban -> BanDocuments.holds(ban, query.at()))
                        .map(BanDocuments::view)
                        .collectList())
                .map(bans -> {
                    UserPage<BanView> page = UserPage.of(bans, BanView::user, query.after(), query.limit());
                    return new BanPage(page.shown(), page.next());
                }));
    }

    private static void mayModerate(Caller by, Document member) {
        if (by.admin() || moderates(member)) {
            return;
        }
        throw role(member) == null
                ? new NotAMember()
                : new RoleTooLow("Only owners and moderators see who is banned");
    }

    private Mono<Document> member(String conversationId, Caller by, String... fields) {
        return documents.find(MEMBERS, memberId(conversationId, by.user()), fields).defaultIfEmpty(NOTHING);
    }

    private Mono<Document> roster(String conversationId, String... fields) {
        return documents.find(ROSTERS, conversationId, fields).defaultIfEmpty(NOTHING);
    }

    private static @Nullable Role role(Document member) {
        String role = member.getString("role");
        return role == null ? null : Role.valueOf(role);
    }

    private static boolean moderates(Document member) {
        Role role = role(member);
        return role != null && role.moderates();
    }

    private static <E> E word(Document conversation, String field, Function<String, E> of, E otherwise) {
        String word = conversation.getString(field);
        return word == null ? otherwise : of.apply(word);
    }

    private static @Nullable AppData data(@Nullable String json) {
        return json == null ? null : new AppData(json);
    }

    private static @Nullable Integer slowMode(@Nullable Integer seconds) {
        return seconds == null || seconds == 0 ? null : seconds;
    }
}
