/**
 * The machinery of the read models: documents, wherever their home is, that take each event of the log once; the
 * processor that feeds them; and the way to read them that is never behind the log.
 */
@NullMarked
package io.ovation.documents;

import org.jspecify.annotations.NullMarked;
