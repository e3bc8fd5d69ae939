package io.ovation.documents;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.content.Applauded;
import io.ovation.content.ContentEvent;
import io.ovation.content.ReactionEvent;
import io.ovation.content.TallyRecorded;
import io.ovation.content.Target;
import io.ovation.conversation.ConversationEvent;
import io.ovation.conversation.ReceiptEvent;
import io.ovation.documents.Interest.Thing;
import io.ovation.documents.Interest.User;
import io.ovation.inbox.InboxEvent;
import io.ovation.people.BlockEvent;
import io.ovation.presence.SessionEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which answers each projection shows each event in at once, of all that the read models are made of. */
class ShownAtOnceTest {
    private static final QuerySide ROOM = new QuerySide(new TestLog());

    /** What is not here is shown to nobody at once. The names are those of the event's fields. */
    private static final Map<String, Map<String, Set<Interest>>> EXPECTED = Map.of(
            "conversation",
            Map.ofEntries(
                    concerns(
                            "ConversationOpened", thing("conversationId"), user("owner"), user("members")),
                    concerns("ConversationChanged", thing("conversationId"), user("by")),
                    concerns("MemberAdded", thing("conversationId"), user("user"), user("by")),
                    concerns("MemberRemoved", thing("conversationId"), user("user"), user("by")),
                    concerns("MemberBanned", thing("conversationId"), user("user"), user("by")),
                    concerns("BanLifted", thing("conversationId"), user("user"), user("by")),
                    concerns("MemberMuted", thing("conversationId"), user("user"), user("by")),
                    concerns("MuteLifted", thing("conversationId"), user("user"), user("by")),
                    concerns("MessageSent", user("sender")),
                    concerns("MessageEdited", user("by")),
                    concerns("MessageRedacted", Interest.EVERYBODY),
                    concerns("DeliveryAcknowledged", user("user")),
                    concerns("ConversationRead", user("user"))),
            "content",
            Map.of(
                    "ContentPublished", Set.of(user("author")),
                    "ContentEdited", Set.of(user("by")),
                    "ContentRetracted", Set.of(Interest.EVERYBODY),
                    "CommentAdded", Set.of(user("author")),
                    "CommentRedacted", Set.of(Interest.EVERYBODY),
                    "MessageRedacted", Set.of(Interest.EVERYBODY),
                    "Liked", Set.of(user("user")),
                    "LikeWithdrawn", Set.of(user("user")),
                    "Applauded", Set.of(user("user"))),
            "inbox",
            Map.of("InboxRead", Set.of(user("user")), "ConversationRead", Set.of(user("user"))),
            "presence",
            Map.of(
                    "SessionOpened", Set.of(user("user")),
                    "SessionClosed", Set.of(user("user")),
                    "ConversationOpened", Set.of(user("owner"), user("members")),
                    "MemberAdded", Set.of(user("user")),
                    "MemberRemoved", Set.of(user("user"))),
            "people",
            Map.of("UserBlocked", Set.of(user("user")), "UserUnblocked", Set.of(user("user"))));

    private static final List<Object> EVENTS = Stream.of(
                    ConversationEvent.class,
                    ReceiptEvent.class,
                    ContentEvent.class,
                    ReactionEvent.class,
                    InboxEvent.class,
                    SessionEvent.class,
                    BlockEvent.class,
                    Applauded.class,
                    TallyRecorded.class)
            .flatMap(ShownAtOnceTest::records)
            .map(ShownAtOnceTest::sample)
            .toList();

    /** Of one projection and one event. */
    record Case(ShownAtOnce projection, Object event) {
        @Override
        public String toString() {
            return projection.projection() + ", " + event.getClass().getSimpleName();
        }
    }

    @AfterAll
    static void stop() {
        ROOM.close();
    }

    static Stream<Case> cases() {
        return ROOM.all(ShownAtOnce.class).stream()
                .flatMap(projection -> EVENTS.stream().map(event -> new Case(projection, event)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anEventIsShownAtOnceToWhomItConcerns(Case of) {
        assertThat(of.projection().to(of.event()))
                .containsExactlyInAnyOrderElementsOf(EXPECTED.getOrDefault(of.projection().projection(), Map.of())
                        .getOrDefault(of.event().getClass().getSimpleName(), Set.of()));
    }

    @Test
    void eachProjectionSaysSoOnce() {
        assertThat(ROOM.all(ShownAtOnce.class))
                .extracting(ShownAtOnce::projection)
                .containsExactlyInAnyOrderElementsOf(EXPECTED.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        ROOM.bean(Positions.class).projections());
    }

    @Test
    void allThatIsExpectedIsAnEvent() {
        Set<String> names = EVENTS.stream()
                .map(event -> event.getClass().getSimpleName())
                .collect(Collectors.toSet());
        assertThat(names).containsAll(EXPECTED.values().stream()
                .flatMap(each -> each.keySet().stream())
                .toList());
    }

    private static Map.Entry<String, Set<Interest>> concerns(String event, Interest... interests) {
        return Map.entry(event, Set.of(interests));
    }

    private static Interest user(String field) {
        return new User(field);
    }

    private static Interest thing(String field) {
        return new Thing(field);
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()) : Stream.of(type);
    }

    /** One whose texts are the names of its fields. */
    private static Object sample(Class<?> event) {
        RecordComponent[] components = event.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
        try {
            return event.getDeclaredConstructor(types)
                    .newInstance(Arrays.stream(components)
                            .map(ShownAtOnceTest::value)
                            .toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(event.getName(), e);
        }
    }

    private static @Nullable Object value(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return component.getName();
        }
        if (type == List.class) {
            return List.of(component.getName());
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == Instant.class) {
            return Instant.EPOCH;
        }
        if (type == Target.class) {
            return new Target.OfContent(component.getName());
        }
        return type.isEnum() ? type.getEnumConstants()[0] : null;
    }
}
