package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.SpreadingConfig.HashKey;
import proa.node.exchange.Facts;

import java.util.Set;

/**
 * A replicated table on the client's address or another part of the request.
 *
 * <p>With {@code first-choice = hash} every node computes the same server for a new key, so even
 * requests that reach two nodes before the entry is replicated land on one server.
 *
 * <p>An entry has the server's name. Where several backends, and so several frontends, share a
 * table, a client goes to the server of that name in each of them.
 */
final class TableStickiness implements Stickiness {

    private final StickyEntries entries;
    private final @Nullable Part part;
    private final boolean hashed;
    private final Set<String> elsewhere;

    /**
     * @param by what an entry is kept for
     * @param hashed whether a hash chooses for new keys, or the pool's algorithm
     * @param elsewhere names of servers that this backend does not have and others that share the
     *     table do: what a client is stuck to there is left to them
     */
    TableStickiness(StickyEntries entries, HashKey by, boolean hashed, Set<String> elsewhere) {
        this.elsewhere = elsewhere;
        this.entries = entries;
        this.part = by instanceof HashKey.Source ? null : Part.of(by);
        this.hashed = hashed;
    }

    @Override
    public Client client(Facts facts) {
        if (part == null) {
            long hash = hashed ? RequestKey.ofAddress(facts.source(), false) : RequestKey.NONE;
            return new Entry(facts.sourceKey(), hash);
        }
        String text = part.of(facts);
        if (text == null) {
            return NOBODY;
        }
        return new Entry(TextKeys.of(text), hashed ? RequestKey.ofText(text) : RequestKey.NONE);
    }

    private final class Entry implements Client {
        private final TableKey key;
        private final long hash;

        Entry(TableKey key, long hash) {
            this.key = key;
            this.hash = hash;
        }

        @Override
        public @Nullable String server() {
            return entries.server(key);
        }

        @Override
        public long hash() {
            return hash;
        }

        @Override
        public String stick(PooledServer server) {
            return isElsewhere() ? server.name() : entries.stick(key, server.name());
        }

        private boolean isElsewhere() {
            String stuck = elsewhere.isEmpty() ? null : entries.server(key);
            return stuck != null && elsewhere.contains(stuck);
        }
    }
}
