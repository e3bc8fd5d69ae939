/** Content and what a crowd does with it: publishing, comments, reactions, applause and views. */
@NullMarked
package io.ovation.content;

import org.jspecify.annotations.NullMarked;
