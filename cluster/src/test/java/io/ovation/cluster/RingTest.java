package io.ovation.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RingTest {
    private final List<Address> members =
            IntStream.range(0, 5).<Address>mapToObj(i -> UUID.randomUUID()).toList();
    private final List<String> aggregates =
            IntStream.range(0, 20_000).mapToObj(i -> "aggregate-" + i).toList();

    @Test
    void allWhoKnowTheSameMembersAgreeInWhateverOrderTheyKnowThem() {
        List<Address> otherOrder = new ArrayList<>(members);
        Collections.reverse(otherOrder);
        Ring one = new Ring(members);
        Ring other = new Ring(otherOrder);
        assertThat(aggregates).allSatisfy(id -> assertThat(one.owner(id)).isEqualTo(other.owner(id)));
    }

    @Test
    void theSharesAreAlike() {
        Ring ring = new Ring(members);
        Map<Address, Long> shares =
                aggregates.stream().collect(Collectors.groupingBy(ring::owner, Collectors.counting()));
        assertThat(shares.keySet()).containsExactlyInAnyOrderElementsOf(members);
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(2_500L, 5_800L));
    }

    @Test
    void whoLeavesMovesItsOwnShareAndNoOther() {
        Ring before = new Ring(members);
        Address gone = members.get(2);
        Ring after = before.without(Set.of(gone));
        Function<String, Address> wasOwnedBy = before::owner;
        assertThat(aggregates).allSatisfy(id -> {
            if (wasOwnedBy.apply(id).equals(gone)) {
                assertThat(after.owner(id)).isNotEqualTo(gone);
            } else {
                assertThat(after.owner(id)).isEqualTo(wasOwnedBy.apply(id));
            }
        });
    }

    @Test
    void theLastMemberStaysThoughItMayHaveGone() {
        Address last = members.getFirst();
        assertThat(new Ring(List.of(last)).without(Set.of(last)).owner("any")).isEqualTo(last);
    }
}
