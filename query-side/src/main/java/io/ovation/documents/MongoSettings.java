package io.ovation.documents;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the read models are.
 *
 * @param uri MongoDB's connection string; the environment variable MONGODB_URI sets it too. Empty: a server in this
 *     process, rebuilt from
 *     the log at each start.
 * @param database The database, where the connection string names none.
 * @param memory How much of the heap the documents of the server in this process take, a quarter of it at most; what
 *     was not used for longest is in a file of the data
 *     directory.
 * @param timeout How long to look for a server before giving up, where the connection string does not say.
 */
@ConfigurationProperties("ovation.mongodb")
record MongoSettings(
        @Nullable String uri,
        @DefaultValue("ovation") String database,
        @DefaultValue("256MB") DataSize memory,
        @DefaultValue("5s") Duration timeout) {}
