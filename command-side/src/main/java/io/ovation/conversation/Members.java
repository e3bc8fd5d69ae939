package io.ovation.conversation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.ovation.Caller;
import io.ovation.conversation.ConversationRejection.LastOwner;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a conversation, in the order in which they came, and what their roles let them do. It is part of its
 * aggregate, and used by the one thread that has that.
 */
final class Members {
    /** A user's id of usual length in a map. */
    private static final int BYTES = 112;

    private final Map<String, Role> roles;

    Members() {
        this(Map.of());
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Members(Map<String, Role> roles) {
        this.roles = new LinkedHashMap<>(roles);
    }

    @JsonValue
    Map<String, Role> roles() {
        return roles;
    }

    int weight() {
        return roles.size() * BYTES;
    }

    int size() {
        return roles.size();
    }

    Set<String> users() {
        return roles.keySet();
    }

    boolean has(String user) {
        return roles.containsKey(user);
    }

    @Nullable
    Role role(String user) {
        return roles.get(user);
    }

    /** Someone has a role; who is there already keeps their place. */
    void put(String user, Role role) {
        roles.put(user, role);
    }

    void remove(String user) {
        roles.remove(user);
    }

    boolean moderates(Caller caller) {
        Role role = roles.get(caller.user());
        return caller.admin() || (role != null && role.moderates());
    }

    boolean owns(Caller caller) {
        return caller.admin() || roles.get(caller.user()) == Role.owner;
    }

    void mayAct(Caller caller) {
        if (!caller.admin() && !has(caller.user())) {
            throw new NotAMember();
        }
    }

    void mayModerate(Caller caller, String otherwise) {
        mayAct(caller);
        if (!moderates(caller)) {
            throw new RoleTooLow(otherwise);
        }
    }

    /** Only an owner makes or unmakes owners and moderators; a moderator adds plain members. */
    void mayGrant(Caller caller, Role role, @Nullable Role present) {
        mayModerate(caller, "Only owners and moderators add members");
        boolean rank = role.moderates() || (present != null && present.moderates());
        if (rank && role != present && !owns(caller)) {
            throw new RoleTooLow("Only an owner makes or unmakes owners and moderators");
        }
    }

    void mayRemove(Caller caller, @Nullable Role present) {
        mayModerate(caller, "Only owners and moderators remove members");
        if (present != null && present.moderates() && !owns(caller)) {
            throw new RoleTooLow("Only an owner removes owners and moderators");
        }
    }

    /** Whoever moderates bans and mutes plain members and strangers, an owner moderators, and only an admin owners. */
    void maySanction(Caller caller, String user) {
        mayModerate(caller, "Only owners and moderators ban and mute");
        Role role = roles.get(user);
        if (role == Role.owner && !caller.admin()) {
            throw new RoleTooLow("Nobody bans or mutes an owner");
        }
        if (role == Role.moderator && !owns(caller)) {
            throw new RoleTooLow("Only an owner bans and mutes moderators");
        }
    }

    /** Who stays, alone or not, gives up owning it to another owner only. */
    void anotherOwnerIsThere(String user) {
        if (isLastOwner(user)) {
            throw new LastOwner();
        }
    }

    void anotherOwnerStays(String user) {
        if (roles.size() > 1 && isLastOwner(user)) {
            throw new LastOwner();
        }
    }

    /** Who becomes owner when one is taken away; empty where another is left, or nobody. */
    Optional<String> successor(String user) {
        if (!isLastOwner(user)) {
            return Optional.empty();
        }
        return longestThere(user, List.of(Role.moderator))
                .or(() -> longestThere(user, List.of(Role.values())));
    }

    private boolean isLastOwner(String user) {
        return roles.get(user) == Role.owner
                && longestThere(user, List.of(Role.owner)).isEmpty();
    }

    private Optional<String> longestThere(String besides, List<Role> of) {
        return roles.entrySet().stream()
                .filter(member -> of.contains(member.getValue()) && !member.getKey().equals(besides))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
