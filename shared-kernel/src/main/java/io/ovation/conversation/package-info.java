/** Conversations: direct, group and channel; their members, messages, edits and redactions. */
@NullMarked
package io.ovation.conversation;

import org.jspecify.annotations.NullMarked;
