/** For tests alone: what went over the wire, held against what the server says of it. */
@NullMarked
package io.ovation.wirecheck;

import org.jspecify.annotations.NullMarked;
