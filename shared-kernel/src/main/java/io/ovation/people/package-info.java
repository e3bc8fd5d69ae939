/** What people want of each other, apart from any conversation: whom they block. */
@NullMarked
package io.ovation.people;

import org.jspecify.annotations.NullMarked;
