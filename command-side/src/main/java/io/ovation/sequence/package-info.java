/**
 * What stands in an aggregate one after the other and is numbered: the messages of a conversation, the comments of a
 * content.
 */
@NullMarked
package io.ovation.sequence;

import org.jspecify.annotations.NullMarked;
