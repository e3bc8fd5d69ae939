/**
 * The client library: one connection that is kept, streams that go on where they were, requests that are asked again
 * until they are answered. Begin with {@link io.ovation.client.OvationClient}; docs/java.md is the guide.
 */
@NullMarked
package io.ovation.client;

import org.jspecify.annotations.NullMarked;
