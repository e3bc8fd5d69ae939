@NullMarked
package io.ovation.documents.embedded;

import org.jspecify.annotations.NullMarked;
