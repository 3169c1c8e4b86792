package proa.cluster.replication;

import proa.cluster.tables.Entry;

import java.util.List;

/**
 * Entries of one table inside a message.
 *
 * @param table the table's name
 * @param bucketNanos width of its counter buckets; a reader with another width cannot use them
 * @param entries what is said
 */
record Section(String table, long bucketNanos, List<Entry> entries) {
    Section {
        entries = List.copyOf(entries);
    }
}
