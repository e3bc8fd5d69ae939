package io.ovation.documents.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Script;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The room on a data directory that is there already. */
class EmbeddedStartTest {
    private static final DocumentType CONVERSATIONS = DocumentType.stateless("conversation", "conversations");

    @TempDir
    private Path data = Path.of(".");

    private final TestLog log = new TestLog();
    private final Script script = new Script();

    @Test
    void aStartGoesOnWhereTheDocumentsAre() {
        talk(100);
        try (QuerySide room = start(log)) {
            assertThat(lastSeq(room)).isEqualTo(100);
        }
        script.send("talk", "ann", "more");
        log.append(script.take());
        long read = log.streamed();
        try (QuerySide room = start(log)) {
            assertThat(lastSeq(room)).isEqualTo(101);
        }
        assertThat(log.streamed() - read).as("events read at the second start").isLessThan(30);
    }

    @Test
    void documentsOfAnotherLogAreNeverShown() {
        talk(100);
        try (QuerySide room = start(log)) {
            assertThat(lastSeq(room)).isEqualTo(100);
        }
        TestLog other = new TestLog();
        Script strange = new Script().open("talk", Kind.group, "ann");
        for (int i = 0; i < 300; i++) {
            strange.send("talk", "ann", "text");
        }
        other.append(strange.take());
        try (QuerySide room = start(other)) {
            assertThat(lastSeq(room)).isEqualTo(300);
        }
        assertThat(data.resolve("documents").resolve("conversation").resolve("1.1.aside")).isDirectory();
    }

    @Test
    void documentsThatAreAheadOfARestoredLogAreNeverShown() {
        talk(100);
        try (QuerySide room = start(log)) {
            assertThat(lastSeq(room)).isEqualTo(100);
        }
        TestLog restored = new TestLog();
        restored.append(new Script().open("talk", Kind.group, "ann").send("talk", "ann", "text").take());
        try (QuerySide room = start(restored)) {
            assertThat(lastSeq(room)).isEqualTo(1);
        }
    }

    @Test
    void ofAnEmptyLogThereIsNothing() {
        talk(1);
        try (QuerySide room = start(log)) {
            assertThat(lastSeq(room)).isEqualTo(1);
        }
        try (QuerySide room = start(new TestLog())) {
            DocumentStore documents = room.bean(DocumentStore.class);
            assertThat(room.bean(io.ovation.documents.ReadModels.class)
                            .answer(() -> documents
                                    .find(CONVERSATIONS, List.of(Script.id("talk")), "lastSeq")
                                    .collectList())
                            .join())
                    .isEmpty();
        }
    }

    @Test
    void theFileOfTheVersionBeforeIsDeleted() throws IOException {
        Files.writeString(data.resolve("read-models"), "of the version before");
        talk(1);
        try (QuerySide room = start(log)) {
            assertThat(lastSeq(room)).isEqualTo(1);
        }
        assertThat(data.resolve("read-models")).doesNotExist();
    }

    private QuerySide start(TestLog of) {
        return new QuerySide(of, "--ovation.data=" + data);
    }

    private void talk(int messages) {
        script.open("talk", Kind.group, "ann");
        for (int i = 0; i < messages; i++) {
            script.send("talk", "ann", "text");
        }
        log.append(script.take());
    }

    private static long lastSeq(QuerySide room) {
        return room.queries()
                .query(
                        new FindHistory(Script.id("talk"), new Caller("ann", false), null, null, 1),
                        HistoryPage.class)
                .join()
                .lastSeq();
    }
}
