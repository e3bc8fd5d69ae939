package io.ovation.live;

import java.util.List;

import io.ovation.Caller;
import io.ovation.presence.PresenceQuery.People;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where the presence of people comes from. */
interface PeopleSource {
    /**
     * The updates of {@link Topic#presence()} from the moment of the subscription on. It ends only when something was
     * dropped or the source goes away.
     */
    Flux<Update> updates();

    /**
     * How people are, as of what was durable when it was subscribed to, or later; fails where the caller may not know.
     */
    Mono<People> people(List<String> users, Caller by);
}
