package io.ovation.documents.mongo;

import java.time.Clock;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import com.mongodb.reactivestreams.client.MongoDatabase;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The collections of one projection's version: the first ones have names that begin with its name and version, and
 * those that were built anew a number after it. For any thread.
 */
final class MongoCollections {
    private final MongoDatabase database;
    private final String id;
    private final Clock clock;

    /** @param id the projection's name and version */
    MongoCollections(MongoDatabase database, String id, Clock clock) {
        this.database = database;
        this.id = id;
        this.clock = clock;
    }

    /** With which the names of the collections of a number begin. */
    String prefix(long number) {
        return number == 0 ? id + "." : id + "." + number + ".";
    }

    Mono<Void> deleteAll() {
        return names().flatMapMany(Flux::fromIterable).concatMap(this::drop).then();
    }

    /**
     * Deletes what nobody reads any more, or builds. What is listed and is then not in the document which says what is
     * used is not used: who begins to build writes there first.
     */
    Mono<Void> deleteUnused() {
        return names().flatMap(names -> Mono.from(database.getCollection(MongoPlaces.COLLECTION)
                        .find(new Document("_id", id))
                        .first())
                .flatMap(found -> {
                    Set<Long> used = used(found);
                    return Flux.fromIterable(names)
                            .filter(name -> !used.contains(number(name)))
                            .concatMap(this::drop)
                            .then();
                }));
    }

    private Set<Long> used(Document found) {
        Set<Long> used = new HashSet<>();
        used.add(longOf(found, MongoPlaces.GENERATION));
        Document building = found.get(MongoPlaces.BUILDING, Document.class);
        if (building != null) {
            used.add(longOf(building, MongoPlaces.GENERATION));
        }
        Document retired = found.get(MongoPlaces.RETIRED, new Document());
        retired.forEach((number, until) -> {
            if (until instanceof Date date && date.toInstant().isAfter(clock.instant())) {
                used.add(Long.valueOf(number));
            }
        });
        return used;
    }

    /** What is being built, if whoever began it is still there. */
    static @Nullable Document building(Document place, Clock clock) {
        Document building = place.get(MongoPlaces.BUILDING, Document.class);
        String owner = place.getString(MongoPlaces.OWNER);
        Date until = place.getDate(MongoPlaces.UNTIL);
        return building == null
                        || owner == null
                        || !owner.equals(building.getString(MongoPlaces.OWNER))
                        || until == null
                        || until.toInstant().isBefore(clock.instant())
                ? null
                : building;
    }

    static long longOf(Document document, String field) {
        Number number = document.get(field, Number.class);
        return number == null ? 0 : number.longValue();
    }

    private Mono<List<String>> names() {
        return Flux.from(database.listCollectionNames())
                .filter(name -> name.startsWith(prefix(0)))
                .collect(Collectors.toList());
    }

    /** The one that is in the name of a collection. */
    private long number(String name) {
        String rest = name.substring(prefix(0).length());
        int dot = rest.indexOf('.');
        return dot > 0 && rest.substring(0, dot).chars().allMatch(Character::isDigit)
                ? Long.parseLong(rest.substring(0, dot))
                : 0;
    }

    private Mono<Void> drop(String name) {
        return Mono.from(database.getCollection(name).drop());
    }
}
