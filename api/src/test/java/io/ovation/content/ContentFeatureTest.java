package io.ovation.content;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.content.ContentCommand.AddComment;
import io.ovation.content.ContentCommand.Added;
import io.ovation.content.ContentCommand.EditContent;
import io.ovation.content.ContentCommand.PublishContent;
import io.ovation.content.ContentCommand.Published;
import io.ovation.content.ContentCommand.RetractContent;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.Registration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
class ContentFeatureTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000a";
    private static final String OTHER = "01990000-0000-7000-8000-00000000000b";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Caller ANN = new Caller("ann", false);
    private static final String DATA = "{ \"b\" : 1.50, \"a\" : [ null ] }";
    private static final AppData KEPT = new AppData("{\"b\":1.50,\"a\":[null]}");

    private final List<Object> asked = new CopyOnWriteArrayList<>();
    private final List<Registration> registrations;
    private final EdgeClient client;

    ContentFeatureTest(@Autowired CommandBus commands, @LocalServerPort int port) {
        this.client = new EdgeClient(port);
        this.registrations = Stream.of(
                        PublishContent.class, EditContent.class, RetractContent.class, AddComment.class)
                .map(command -> commands.subscribe(command.getName(), message -> {
                    asked.add(message.getPayload());
                    return switch (message.getPayload()) {
                        case PublishContent publish -> new Published(publish.contentId(), AT);
                        case AddComment add -> new Added(add.commentId(), 3, AT);
                        default -> null;
                    };
                }))
                .toList();
    }

    @AfterEach
    void unsubscribe() {
        registrations.forEach(Registration::cancel);
    }

    private EdgeClient.Reply call(String method, String path, String json) {
        return client.call(method, path, json.isEmpty() ? null : json, TestTokens.of("ann"));
    }

    @Test
    void contentsArePublishedEditedAndRetractedWithTheAppsOwnData() {
        call(
                        "POST",
                        "/api/contents",
                        "{\"contentId\":\"" + ID + "\",\"title\":\"T\",\"body\":\"B\",\"data\":" + DATA + "}")
                .is(201);
        call("PATCH", "/api/contents/" + ID, "{\"data\":" + DATA + "}").is(204);
        call("PATCH", "/api/contents/" + ID, "{\"title\":\"U\"}").is(204);
        call("PATCH", "/api/contents/" + ID, "{}").is(204);
        call("DELETE", "/api/contents/" + ID, "").is(204);

        assertThat(asked).hasSize(5);
        assertThat(asked.getFirst())
                .isInstanceOfSatisfying(
                        PublishContent.class,
                        publish -> assertThat(publish)
                                .isEqualTo(new PublishContent(ID, "T", "B", KEPT, ANN, publish.at())));
        assertThat(asked.get(1))
                .isInstanceOfSatisfying(
                        EditContent.class,
                        edit -> assertThat(edit).isEqualTo(new EditContent(ID, null, null, KEPT, ANN, edit.at())));
        assertThat(asked.get(2))
                .isInstanceOfSatisfying(
                        EditContent.class,
                        edit -> assertThat(edit).isEqualTo(new EditContent(ID, "U", null, null, ANN, edit.at())));
        assertThat(asked.getLast()).isInstanceOf(RetractContent.class);
    }

    @Test
    void aCommentHasWhatTheContractSays() {
        assertThat(call(
                                "POST",
                                "/api/contents/" + ID + "/comments",
                                "{\"commentId\":\"" + OTHER + "\",\"body\":\"B\",\"replyTo\":\"" + ID
                                        + "\",\"mentions\":[\"bob\"],\"data\":" + DATA + "}")
                        .is(201)
                        .json()
                        .toString())
                .isEqualTo("{\"commentId\":\"" + OTHER + "\",\"seq\":3,\"at\":\"2026-01-02T03:04:05.678Z\"}");

        assertThat(asked)
                .singleElement()
                .isInstanceOfSatisfying(
                        AddComment.class,
                        add -> assertThat(add)
                                .isEqualTo(new AddComment(ID, OTHER, "B", ID, List.of("bob"), KEPT, ANN, add.at())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/comments|{'body':'B','mentions':'bob'}|mentions",
                "POST|/comments|{'body':'B','mentions':['bob','bob']}|mentions[1]",
                "POST|/comments|{'body':'B','mentions':[' bob']}|mentions[0]",
                "POST|/comments|{'body':'B','data':[]}|data",
                "POST|/comments|{'body':'B','data':'x'}|data",
                "POST|/comments|{'body':'B','replyTo':'nope'}|replyTo",
                "PATCH|''|{'data':7}|data"
            })
    void whatIsNotValidIsRefusedAtItsField(String method, String path, String json, String field) {
        assertThat(call(method, "/api/contents/" + ID + path, json.replace('\'', '"'))
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
        assertThat(asked).isEmpty();
    }

    @Test
    void whatIsTooMuchIsRefusedAtItsField() {
        String most = "{\"body\":\"B\",\"data\":{\"a\":\"" + "x".repeat(4_088) + "\"}}";
        call("POST", "/api/contents/" + ID + "/comments", most).is(201);
        assertThat(call("POST", "/api/contents/" + ID + "/comments", most.replace("xx\"", "xxx\""))
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("data");
        String people = String.join(
                ",", IntStream.range(0, 51).mapToObj(i -> "\"u" + i + "\"").toList());
        assertThat(call(
                                "POST",
                                "/api/contents/" + ID + "/comments",
                                "{\"body\":\"B\",\"mentions\":[" + people + "]}")
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("mentions");
    }
}
