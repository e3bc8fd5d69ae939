/**
 * What is numbered 1, 2, 3 … within a topic, as it is read: the messages of a conversation, the comments on a content.
 */
@NullMarked
package io.ovation.sequence;

import org.jspecify.annotations.NullMarked;
