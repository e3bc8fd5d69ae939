/** The wire, described by the server itself: OpenAPI, AsyncAPI and the page that shows both. */
@NullMarked
package io.ovation.reference;

import org.jspecify.annotations.NullMarked;
