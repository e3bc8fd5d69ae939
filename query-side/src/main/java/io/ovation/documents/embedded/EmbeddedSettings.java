package io.ovation.documents.embedded;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The read models in this process, where there is no MongoDB.
 *
 * @param memory How much memory beside the heap the documents take: what was read lately, and what is not in their
 *     files yet.
 */
@ConfigurationProperties("ovation.documents")
record EmbeddedSettings(@DefaultValue("256MB") DataSize memory) {}
