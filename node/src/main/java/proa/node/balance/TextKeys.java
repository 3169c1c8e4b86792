package proa.node.balance;

import proa.cluster.tables.TableKey;
import proa.config.spread.Hash64;

import java.nio.charset.StandardCharsets;

/**
 * Keys of tables for texts: two independent hashes, the same on every node. Whoever finds a second
 * text for a key shares an entry, which at most leads to the same server.
 */
public final class TextKeys {

    /** The same in every version, or a rolling upgrade would lose entries. */
    private static final long SEED_HIGH = 5;

    private static final long SEED_LOW = 6;

    private TextKeys() {}

    /** The key of what a client sticks by. */
    public static TableKey of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new TableKey(Hash64.of(bytes, SEED_HIGH), Hash64.of(bytes, SEED_LOW));
    }
}
