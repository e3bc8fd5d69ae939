@NullMarked
package io.ovation.mongo;

import org.jspecify.annotations.NullMarked;
