package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.SpreadingConfig.HashKey;
import proa.config.spread.Hash64;
import proa.node.exchange.Facts;
import proa.node.message.FormScanner;

import java.net.Inet4Address;
import java.net.InetAddress;

/** The part of a request that a pool is hashed by, as a number. Any thread. */
@FunctionalInterface
interface RequestKey {

    /** What requests without that part have. */
    long NONE = 0;

    /** Of the hash of texts; the same in every version, or a rolling upgrade would move clients. */
    long SEED = 4;

    /** The hash, or {@link #NONE}. */
    long of(Facts facts);

    /**
     * What is to be looked for in the body of a request that is without that part otherwise, or
     * null: nothing.
     */
    default @Nullable FormScanner form(Facts facts) {
        return null;
    }

    static RequestKey of(HashKey key) {
        if (key instanceof HashKey.FormParameter form) {
            return new FormKey(form);
        }
        if (key instanceof HashKey.Source(boolean threeOctets)) {
            return facts -> ofAddress(facts.source(), threeOctets);
        }
        Part part = Part.of(key);
        return facts -> ofText(part.of(facts));
    }

    /** The hash of a client's address. */
    static long ofAddress(InetAddress source, boolean threeOctets) {
        TableKey key = TableKey.ofAddress(source);
        boolean cut = threeOctets && source instanceof Inet4Address;
        return some(key.high() * 31 + (cut ? key.low() & ~0xffL : key.low()));
    }

    /** The hash of a text. */
    static long ofText(@Nullable String text) {
        return text == null || text.isEmpty() ? NONE : some(Hash64.of(text, SEED));
    }

    private static long some(long hash) {
        return hash == NONE ? 1 : hash;
    }
}
