package io.ovation.presence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Script;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.presence.PresenceQuery.FindOpenSessions;
import io.ovation.presence.PresenceQuery.FindPresence;
import io.ovation.presence.PresenceQuery.OpenSessions;
import io.ovation.presence.PresenceQuery.People;
import io.ovation.presence.PresenceQuery.Person;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Through Axon's query gateway, with both processors running: each question comes right after the events, and must see
 * them.
 */
class PresenceQueriesTest {
    private static final TestLog LOG = new TestLog();
    private static final QuerySide ROOM = new QuerySide(LOG);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String mark = UUID.randomUUID().toString();
    private final String ann = "ann " + mark;
    private final String bob = "bob/0." + mark + "$";
    private final String cid = "cid " + mark;
    private final String talk = "talk " + mark;
    private final Visits visits = new Visits();

    @AfterAll
    static void stop() {
        ROOM.close();
    }

    @Test
    void onlineFromTheFirstSessionToTheLastOnWhateverNode() {
        record(visits.open(talk, Kind.direct, ann, bob));
        assertThat(of(bob)).isEqualTo(new Person(bob, Status.offline, null, -1));

        record(visits.comes("one" + mark, bob, "here"));
        Person online = of(bob);
        assertThat(online).returns(Status.online, Person::status).returns(visits.last(), Person::since);

        record(visits.comes("two" + mark, bob, "there").goes("one" + mark, CloseReason.left));
        assertThat(of(bob)).returns(Status.online, Person::status).returns(online.since(), Person::since);

        record(visits.goes("two" + mark, CloseReason.lost));
        assertThat(of(bob)).returns(Status.offline, Person::status).returns(visits.last(), Person::since);
        assertThat(of(bob).position()).isGreaterThan(online.position());
    }

    @Test
    void theAnswerIsInTheOrderOfTheQuestion() {
        record(visits.open(talk, Kind.group, ann, bob, cid).comes("one" + mark, cid, "here"));

        assertThat(find(ann, cid, ann, bob)).extracting(Person::user).containsExactly(cid, ann, bob);
        assertThat(find(ann, bob, cid)).extracting(Person::status).containsExactly(Status.offline, Status.online);
    }

    @Test
    void everyKindOfConversationIsShared() {
        for (Kind kind : Kind.values()) {
            String other = kind + mark;
            assertForbidden(ann, other);
            record(visits.open("with " + other, kind, ann, other));
            assertThat(find(ann, other)).hasSize(1);
            assertThat(find(other, ann)).hasSize(1);
        }
    }

    @Test
    void oneStrangerForbidsTheWholeRequestAndNobodyIsAStrangerToOneself() {
        record(visits.open(talk, Kind.group, ann, bob).open("other " + mark, Kind.group, cid));

        assertThat(find(ann, ann)).hasSize(1);
        assertThat(find("never seen " + mark, "never seen " + mark)).hasSize(1);
        assertForbidden(ann, cid);
        assertForbidden(ann, bob, cid);
        assertForbidden(ann, ann, "no such person " + mark);
        assertThatThrownBy(() -> ROOM.queries()
                        .query(new FindPresence(List.of(cid), new Caller(ann, true)), People.class)
                        .join())
                .as("an admin is no one's owner")
                .hasRootCauseInstanceOf(NothingShared.class);
    }

    @Test
    void sharingEndsWithTheLastSharedConversation() {
        record(visits.open(talk, Kind.group, ann)
                .open("more " + mark, Kind.channel, ann)
                .add(talk, bob)
                .add("more " + mark, bob));
        record(visits.remove(talk, bob));
        assertThat(find(ann, bob)).hasSize(1);

        record(visits.remove("more " + mark, bob));
        assertForbidden(ann, bob);
        assertForbidden(bob, ann);
    }

    @Test
    void twoHundredPeopleOverManyConversations() {
        List<String> people = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String other = i + "/" + mark;
            people.add(other);
            switch (i % 3) {
                case 0 -> visits.open("direct " + other, Kind.direct, other, ann);
                case 1 -> visits.open("group " + other, Kind.group, ann, other);
                default -> visits.open("channel " + other, Kind.channel, other, ann);
            }
            if (i % 2 == 0) {
                visits.comes("session " + other, other, "here");
            }
        }
        record(visits);

        assertThat(find(ann, people.toArray(String[]::new)))
                .extracting(Person::status)
                .containsExactlyElementsOf(IntStream.range(0, 200)
                        .mapToObj(i -> i % 2 == 0 ? Status.online : Status.offline)
                        .toList());
    }

    @Test
    void theOpenSessionsOfANodeAreKnown() {
        List<String> names =
                Stream.of("one", "two", "three").map(name -> name + mark).toList();
        names.forEach(name -> visits.comes(name, ann, "here " + mark));
        record(visits.comes("elsewhere" + mark, ann, "there " + mark).goes(names.getFirst(), CloseReason.left));

        OpenSessions open = ROOM.queries()
                .query(new FindOpenSessions("here " + mark), OpenSessions.class)
                .join();
        assertThat(open.sessionIds()).containsExactlyInAnyOrder(Script.id(names.get(1)), Script.id(names.get(2)));
    }

    @Test
    void everyChangeIsToldAndWhoIsRemovedToo() {
        SubscriptionQueryResult<Update, Update> watching = ROOM.queries()
                .subscriptionQuery(
                        WatchTopic.class.getName(),
                        new WatchTopic(Topic.presence()),
                        ResponseTypes.instanceOf(Update.class),
                        ResponseTypes.instanceOf(Update.class),
                        1_024);

        StepVerifier.create(watching.updates().map(Update::frame))
                .then(() -> record(visits.comes("one" + mark, ann, "here")))
                .expectNext(new Frame.Presence(ann, "online", visits.last().plusSeconds(1)))
                .then(() -> record(visits.goes("one" + mark, CloseReason.stopped)))
                .expectNextMatches(frame -> frame instanceof Frame.Presence told
                        && told.user().equals(ann)
                        && told.status().equals("offline")
                        && visits.last().equals(told.since()))
                .then(() -> record(visits.open(talk, Kind.group, ann, bob).remove(talk, bob)))
                .expectNext(new Frame.Member(Script.id(talk), bob, null, true))
                .thenCancel()
                .verify(PATIENCE);
        assertThat(ROOM.bean(TopicQueryUpdateEmitter.class).watchedTopics()).isZero();
    }

    private Person of(String user) {
        return find(ann, user).getFirst();
    }

    private static List<Person> find(String by, String... users) {
        return ROOM.queries()
                .query(new FindPresence(List.of(users), new Caller(by, false)), People.class)
                .join()
                .people();
    }

    private static void assertForbidden(String by, String... users) {
        assertThatThrownBy(() -> find(by, users)).hasRootCauseInstanceOf(NothingShared.class);
    }

    private static void record(Visits written) {
        LOG.append(written.take());
    }
}
