package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Facts;

import java.net.InetAddress;

/**
 * A replicated table on the client's address.
 *
 * <p>With {@code first-choice = hash} every node computes the same server for a new client, so even
 * clients that reach two nodes before the entry is replicated land on one server.
 */
final class TableStickiness implements Stickiness {

    private final StickyEntries entries;
    private final boolean hashed;

    /**
     * @param hashed whether a hash chooses for new clients, or the pool's algorithm
     */
    TableStickiness(StickyEntries entries, boolean hashed) {
        this.entries = entries;
        this.hashed = hashed;
    }

    @Override
    public Client client(Facts facts) {
        return new Entry(facts.source());
    }

    private final class Entry implements Client {
        private final InetAddress source;

        Entry(InetAddress source) {
            this.source = source;
        }

        @Override
        public @Nullable String server() {
            return entries.server(source);
        }

        @Override
        public long hash() {
            return hashed ? RequestKey.ofAddress(source, false) : RequestKey.NONE;
        }

        @Override
        public String stick(PooledServer server) {
            return entries.stick(source, server.name());
        }
    }
}
