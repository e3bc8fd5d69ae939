@NullMarked
package io.ovation.documents;

import org.jspecify.annotations.NullMarked;
