package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;

import java.util.HashMap;
import java.util.Map;

/** A table of one test; a peer may have been first. */
final class FakeTable implements StickyEntries {

    final Map<TableKey, String> entries = new HashMap<>();
    @Nullable String peerStuck;

    @Override
    public @Nullable String server(TableKey key) {
        return entries.get(key);
    }

    @Override
    public String stick(TableKey key, String server) {
        if (peerStuck != null) {
            return peerStuck;
        }
        entries.put(key, server);
        return server;
    }
}
