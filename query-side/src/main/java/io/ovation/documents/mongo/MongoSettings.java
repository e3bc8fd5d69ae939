package io.ovation.documents.mongo;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The MongoDB that the read models are in.
 *
 * @param uri MongoDB's connection string; the environment variable MONGODB_URI sets it too. Empty: the read models are
 *     in the data directory.
 * @param database The database, where the connection string names none.
 * @param timeout How long to look for a server before giving up, where the connection string does not say; ten seconds
 *     at most.
 */
@ConfigurationProperties("ovation.mongodb")
record MongoSettings(
        @Nullable String uri,
        @DefaultValue("ovation") String database,
        @DefaultValue("5s") Duration timeout) {}
