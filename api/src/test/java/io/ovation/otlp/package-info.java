@NullMarked
package io.ovation.otlp;

import org.jspecify.annotations.NullMarked;
