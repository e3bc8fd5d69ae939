package io.ovation.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.jgroups.Address;
import org.jgroups.util.UUID;

/**
 * Which node decides for an aggregate, by consistent hashing: it follows from the members alone, so that all who know
 * the same members agree, and one who comes or goes moves its share only. Immutable.
 */
final class Ring {
    /** So many points a member make the shares alike within some ten percent. */
    private static final int POINTS = 128;

    private final NavigableMap<Long, Address> points;
    private final Collection<Address> members;

    /** @param members at least one */
    Ring(Collection<Address> members) {
        NavigableMap<Long, Address> all = new TreeMap<>();
        for (Address member : members) {
            for (int i = 0; i < POINTS; i++) {
                // of two that want one point the greater has it, in whatever order they come
                all.merge(hash(name(member) + i), member, (one, other) -> one.compareTo(other) > 0 ? one : other);
            }
        }
        this.points = all;
        this.members = members;
    }

    /** Who decides for the aggregate. */
    Address owner(String aggregate) {
        Map.Entry<Long, Address> next = points.ceilingEntry(hash(aggregate));
        return next == null ? points.firstEntry().getValue() : next.getValue();
    }

    /** The ring of those that are left; this one where nobody would be. */
    Ring without(Set<Address> gone) {
        Collection<Address> left =
                members.stream().filter(each -> !gone.contains(each)).toList();
        return left.isEmpty() ? this : new Ring(left);
    }

    /** By which all nodes know a member since its start. */
    static String name(Address member) {
        return member instanceof UUID uuid ? uuid.toStringLong() : member.toString();
    }

    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
