package proa.cluster.replication;

import proa.cluster.tables.Entry;
import proa.cluster.tables.TableSchema;

import java.util.List;

/**
 * Entries of one table inside a message.
 *
 * @param table the table's name
 * @param schema what the sender keeps in it; a reader with another schema cannot use the entries
 * @param entries what is said
 */
record Section(String table, TableSchema schema, List<Entry> entries) {
    Section {
        entries = List.copyOf(entries);
    }
}
