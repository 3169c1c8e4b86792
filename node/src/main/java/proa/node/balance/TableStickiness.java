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
    private final @Nullable HashWalk firstChoice;

    /**
     * @param firstChoice the hash for new clients; null leaves them to the pool's algorithm
     */
    TableStickiness(StickyEntries entries, @Nullable HashWalk firstChoice) {
        this.entries = entries;
        this.firstChoice = firstChoice;
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
        public @Nullable PooledServer firstChoice(Tried tried) {
            return firstChoice == null ? null : firstChoice.choose(source, tried);
        }

        @Override
        public String stick(PooledServer server) {
            return entries.stick(source, server.name());
        }
    }
}
