@NullMarked
package io.ovation.documents.mongo;

import org.jspecify.annotations.NullMarked;
