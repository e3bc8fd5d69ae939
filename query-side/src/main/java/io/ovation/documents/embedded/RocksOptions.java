package io.ovation.documents.embedded;

import java.util.Properties;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/**
 * How the stores of this process are opened, and the memory that they share: one cache, which what is not in files yet
 * is charged to, so that all of them together stay within the setting. Thread-safe. To be closed after the stores.
 */
final class RocksOptions implements AutoCloseable {
    /** The part of the memory that is for what is not in files yet. */
    private static final int WRITE_SHARE = 4;

    /** What a crash leaves to be read again at the next start. */
    private static final long MOST_WRITE_AHEAD_LOG = 64L << 20;

    private static final int OPEN_FILES = 512;
    private static final int BITS_A_KEY = 10;

    /** Of 9.0 and later; pinned, so that a newer library does not write what this one cannot read. */
    private static final int FORMAT_VERSION = 6;

    private final Cache cache;
    private final WriteBufferManager unwritten;
    private final BloomFilter filter = new BloomFilter(BITS_A_KEY);
    private final DBOptions database;
    private final ColumnFamilyOptions family;
    private final Options all;
    private final long memory;
    private boolean closed;

    /** @param memory in bytes, beside the heap */
    RocksOptions(long memory) {
        this.memory = memory;
        cache = new LRUCache(memory);
        unwritten = new WriteBufferManager(memory / WRITE_SHARE, cache);
        Properties noSetters = new Properties();
        // a log that lost its end is found by the one after it: without this, what is between them would be a hole
        noSetters.setProperty("track_and_verify_wals", "true");
        database = DBOptions.getDBOptionsFromProps(noSetters);
        database.setCreateIfMissing(true)
                .setWriteBufferManager(unwritten)
                .setMaxTotalWalSize(MOST_WRITE_AHEAD_LOG)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxOpenFiles(OPEN_FILES)
                .setMaxBackgroundJobs(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2);
        family = new ColumnFamilyOptions()
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setWriteBufferSize(memory / WRITE_SHARE / 2)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setCacheIndexAndFilterBlocks(true)
                        .setFilterPolicy(filter)
                        .setFormatVersion(FORMAT_VERSION));
        all = new Options(database, family);
    }

    Options all() {
        return all;
    }

    /** How many bytes beside the heap are in use; no number once it is closed. */
    synchronized double used() {
        return closed ? Double.NaN : cache.getUsage();
    }

    /** How many may be. */
    long memory() {
        return memory;
    }

    @Override
    public synchronized void close() {
        // whoever asks a native object after its end takes the whole process with it
        closed = true;
        all.close();
        family.close();
        database.close();
        filter.close();
        unwritten.close();
        cache.close();
    }
}
