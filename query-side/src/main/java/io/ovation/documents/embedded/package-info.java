/** The documents in a store of this process: RocksDB, in the data directory. */
@NullMarked
package io.ovation.documents.embedded;

import org.jspecify.annotations.NullMarked;
