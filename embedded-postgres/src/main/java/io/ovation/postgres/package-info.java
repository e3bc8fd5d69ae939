/** PostgreSQL inside the data directory: started, supervised and stopped with the server, and never twice. */
@NullMarked
package io.ovation.postgres;

import org.jspecify.annotations.NullMarked;
