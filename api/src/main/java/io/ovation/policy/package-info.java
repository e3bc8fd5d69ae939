/** What a server leaves to everybody and what to admins, and what a token adds for its user. */
@NullMarked
package io.ovation.policy;

import org.jspecify.annotations.NullMarked;
