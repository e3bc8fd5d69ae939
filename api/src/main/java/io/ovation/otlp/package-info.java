/** Traces, as they are sent to a collector by OpenTelemetry's protocol. */
@NullMarked
package io.ovation.otlp;

import org.jspecify.annotations.NullMarked;
