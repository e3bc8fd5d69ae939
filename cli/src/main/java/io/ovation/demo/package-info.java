/** Plays a text, an IRC log or a Slack export into a live room, as several people. */
@NullMarked
package io.ovation.demo;

import org.jspecify.annotations.NullMarked;
