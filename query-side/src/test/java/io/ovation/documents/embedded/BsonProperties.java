package io.ovation.documents.embedded;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonSerializationException;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is done to the bytes is what would be done to the document. */
class BsonProperties {
    private static final List<String> NAMES = List.of("a", "b", "list", "ä\u20ac\ud83d\ude00", "0");

    @Property(tries = 300)
    void theWantedFieldsAreThoseOfTheDocument(@ForAll("documents") Document document) {
        byte[] bytes = Bson.bytes(document);
        for (String name : NAMES) {
            Document some = Bson.document(bytes, Set.of(name));
            Set<String> names = new HashSet<>(document.keySet());
            names.retainAll(Set.of(name));
            assertThat(some.keySet()).isEqualTo(names);
            names.forEach(one -> assertThat(some.get(one)).isEqualTo(document.get(one)));
        }
    }

    @Property(tries = 300)
    void aChangeOfTheBytesIsOneOfTheDocument(
            @ForAll("documents") Document before,
            @ForAll("documents") Document set) {
        List<String> unset = new ArrayList<>(NAMES);
        unset.removeAll(set.keySet());
        Document after = new Document(before);
        after.putAll(set);
        unset.forEach(after::remove);

        assertThat(Bson.whole(Bson.changed(Bson.bytes(before), set, unset))).isEqualTo(after);
    }

    @Test
    void aPartIsChangedWhereItIsAndMadeWhereItIsNot() {
        byte[] before = Bson.bytes(new Document("slots", new Document("1", new Document("x", 1L).append("y", 2L)))
                .append("other", "as it is"));

        byte[] after = Bson.changed(
                before,
                new Document("slots.1.x", 7L).append("slots.2.z", "new").append("made.deep.down", true),
                List.of("slots.1.y", "nowhere.to.be.found", "other.than.this"));

        assertThat(Bson.whole(after))
                .isEqualTo(new Document(Map.<String, Object>of(
                        "slots",
                        new Document("1", new Document("x", 7L)).append("2", new Document("z", "new")),
                        "other",
                        "as it is",
                        "made",
                        new Document("deep", new Document("down", true)))));
    }

    @Test
    void aDocumentIsMadeOfNothing() {
        byte[] made = Bson.changed(null, new Document("a.b", 1L).append("position", 3L), List.of("c", "d.e"));

        assertThat(Bson.whole(made)).isEqualTo(new Document("a", new Document("b", 1L)).append("position", 3L));
        assertThat(Bson.number(made, "position", -1)).isEqualTo(3);
        assertThat(Bson.number(made, "nothing", -1)).isEqualTo(-1);
    }

    @Test
    void bytesThatAreNoDocumentAreRefused() {
        byte[] bytes = Bson.bytes(new Document("a", "text"));
        bytes[7] = 100;
        assertThatThrownBy(() -> Bson.document(bytes, Set.of("a"))).isInstanceOf(BsonSerializationException.class);
        assertThatThrownBy(() -> Bson.document(new byte[] {9, 0, 0, 0, 0}, Set.of("a")))
                .isInstanceOf(BsonSerializationException.class);
    }

    @Provide
    Arbitrary<Document> documents() {
        Arbitrary<Object> plain = Arbitraries.oneOf(
                Arbitraries.longs().map(number -> number),
                Arbitraries.integers().map(number -> number),
                Arbitraries.doubles().map(number -> number),
                Arbitraries.strings().filter(BsonProperties::isText).map(text -> text),
                Arbitraries.of(true, false).map(truth -> truth),
                Arbitraries.strings().ofMaxLength(40).map(text -> new Binary(text.getBytes(StandardCharsets.UTF_8))),
                Arbitraries.strings().alpha().list().ofMaxSize(5).map(list -> list));
        Arbitrary<Document> inner = Arbitraries.maps(Arbitraries.of(NAMES), plain).map(Document::new);
        Arbitrary<Object> any = Arbitraries.oneOf(plain, inner.map(document -> document));
        return Arbitraries.maps(Arbitraries.of(NAMES), any).map(Document::new);
    }

    private static boolean isText(String text) {
        return text.chars().noneMatch(each -> Character.isSurrogate((char) each));
    }
}
