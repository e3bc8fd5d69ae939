package io.ovation.cluster;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What a seal lets through: what a node of the cluster said to this one, once. */
@SuppressWarnings("NullAway") // a test fails on a null as well
class SealTest {
    private static final byte[] MESSAGE = "close the door".getBytes(UTF_8);

    private final Seal ours = new Seal("0123456789012345678901234567890123");
    private final Seal theirs = new Seal("0123456789012345678901234567890123");
    private final Seal strangers = new Seal("0123456789012345678901234567890124");

    @Test
    void whatANodeSealedAnotherOpens() {
        byte[] sealed = ours.sealed("a", "b", 7, MESSAGE);
        Seal.Opened opened = open(theirs, "a", "b", sealed);
        assertThat(opened).isNotNull();
        assertThat(opened.number()).isEqualTo(7);
        assertThat(opened.message()).isEqualTo(MESSAGE);
    }

    @Test
    void anotherSecretOpensNothing() {
        assertThat(open(theirs, "a", "b", strangers.sealed("a", "b", 7, MESSAGE))).isNull();
        assertThat(theirs.openedAnswer("a", "b", 7, strangers.sealedAnswer("a", "b", 7, MESSAGE)))
                .isNull();
    }

    @Test
    void aSealedMessageOpensOnce() {
        byte[] sealed = ours.sealed("a", Seal.ALL, 7, MESSAGE);
        assertThat(open(theirs, "a", Seal.ALL, sealed)).isNotNull();
        assertThat(open(theirs, "a", Seal.ALL, sealed)).isNull();
    }

    @Test
    void whatWasSaidToOneNodeOrOfOneOpensForNoOther() {
        byte[] sealed = ours.sealed("a", "b", 7, MESSAGE);
        assertThat(open(theirs, "a", "c", sealed)).isNull();
        assertThat(open(theirs, "c", "b", sealed)).isNull();
        assertThat(open(theirs, "a", Seal.ALL, sealed)).isNull();
        assertThat(open(theirs, "a", "b", sealed)).as("and takes no number").isNotNull();
    }

    @Test
    void anAnswerIsToOneMessageOfOneNode() {
        byte[] answer = ours.sealedAnswer("b", "a", 7, MESSAGE);
        assertThat(theirs.openedAnswer("b", "a", 7, answer)).isEqualTo(MESSAGE);
        assertThat(theirs.openedAnswer("b", "a", 8, answer)).isNull();
        assertThat(theirs.openedAnswer("c", "a", 7, answer)).isNull();
        assertThat(theirs.openedAnswer("b", "c", 7, answer)).isNull();
        assertThat(open(theirs, "b", "a", answer)).as("nor a message").isNull();
    }

    @Test
    void whatWasCutOrChangedOpensNothing() {
        byte[] sealed = ours.sealed("a", "b", 7, MESSAGE);
        byte[] answer = ours.sealedAnswer("b", "a", 7, MESSAGE);
        for (int length = 0; length < sealed.length; length++) {
            assertThat(theirs.opened("a", "b", sealed, 0, length)).isNull();
        }
        for (int length = 0; length < answer.length; length++) {
            assertThat(theirs.openedAnswer("b", "a", 7, Arrays.copyOf(answer, length)))
                    .isNull();
        }
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThat(open(theirs, "a", "b", changed)).isNull();
        }
        assertThat(open(theirs, "a", "b", sealed)).isNotNull();
    }

    @Test
    void aMessageIsFoundWithinALongerOne() {
        byte[] sealed = ours.sealed("a", "b", 7, MESSAGE);
        byte[] longer = new byte[sealed.length + 9];
        System.arraycopy(sealed, 0, longer, 5, sealed.length);
        assertThat(theirs.opened("a", "b", longer, 5, sealed.length)).isNotNull();
    }

    @Test
    void eachNumberIsTakenOnceInWhateverOrderTheyCome() {
        Random random = new Random(20_261_130);
        TakenOnce taken = new TakenOnce();
        int most = 4 * TakenOnce.WINDOW;
        boolean[] seen = new boolean[most];
        AtomicInteger first = new AtomicInteger();
        for (int step = 0; step < most; step++) {
            // what is on its way comes in some other order, and some of it twice
            int number = Math.clamp(step + random.nextInt(2_000) - 1_000, 0, most - 1);
            assertThat(taken.take(number)).isEqualTo(!seen[number]);
            first.addAndGet(seen[number] ? 0 : 1);
            seen[number] = true;
        }
        assertThat(first.get()).isGreaterThan(most / 2);
        assertThat(taken.take(3)).as("what is far below").isFalse();
        assertThat(taken.take(-1)).isFalse();
        assertThat(taken.take(Long.MAX_VALUE)).as("after a leap").isTrue();
        assertThat(taken.take(Long.MAX_VALUE - 1)).isTrue();
        assertThat(taken.take(Long.MAX_VALUE)).isFalse();
    }

    private static Seal.Opened open(Seal seal, String from, String to, byte[] sealed) {
        return seal.opened(from, to, sealed, 0, sealed.length);
    }
}
