@NullMarked
package io.ovation.conversation;

import org.jspecify.annotations.NullMarked;
