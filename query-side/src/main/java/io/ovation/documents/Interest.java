package io.ovation.documents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whom, or what, an event concerns in such a way that a later answer about it must show the event. */
public sealed interface Interest {
    /** All answers must. */
    Interest EVERYBODY = new Everybody();

    /** Answers to that user. */
    record User(String id) implements Interest {}

    /** Answers about that conversation or content, to whomever. */
    record Thing(String id) implements Interest {}

    record Everybody() implements Interest {}

    /** Those of an answer to a user about some things. */
    static List<Interest> of(String user, String... things) {
        List<Interest> all = new ArrayList<>(things.length + 1);
        all.add(new User(user));
        Arrays.stream(things).map(Thing::new).forEach(all::add);
        return all;
    }
}
