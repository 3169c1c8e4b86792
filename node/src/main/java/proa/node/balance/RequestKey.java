package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.SpreadingConfig.HashKey;
import proa.config.spread.Hash64;
import proa.node.exchange.Facts;

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

    static RequestKey of(HashKey key) {
        return switch (key) {
            case HashKey.Source(boolean threeOctets) ->
                    facts -> ofAddress(facts.source(), threeOctets);
            case HashKey.Uri() -> facts -> ofText(uri(facts));
            case HashKey.Path() -> facts -> ofText(facts.path());
            case HashKey.Host() -> facts -> ofText(facts.host());
            case HashKey.ServerName() -> facts -> ofText(facts.serverName());
            case HashKey.Parameter(String name) -> facts -> ofText(parameter(facts.query(), name));
            case HashKey.Header(String name) -> facts -> ofText(facts.header(name));
            case HashKey.Cookie(String name) -> facts -> ofText(facts.cookie(name));
        };
    }

    /** The hash of a client's address. */
    static long ofAddress(InetAddress source, boolean threeOctets) {
        TableKey key = TableKey.ofAddress(source);
        boolean cut = threeOctets && source instanceof Inet4Address;
        return some(key.high() * 31 + (cut ? key.low() & ~0xffL : key.low()));
    }

    private static long ofText(@Nullable String text) {
        return text == null || text.isEmpty() ? NONE : some(Hash64.of(text, SEED));
    }

    private static long some(long hash) {
        return hash == NONE ? 1 : hash;
    }

    private static String uri(Facts facts) {
        String query = facts.query();
        return query.isEmpty() ? facts.path() : facts.path() + "?" + query;
    }

    /** The value of the first parameter of that name, as sent; null without. */
    private static @Nullable String parameter(String query, String name) {
        for (int from = 0; from < query.length(); ) {
            int and = query.indexOf('&', from);
            int end = and < 0 ? query.length() : and;
            int value = from + name.length() + 1;
            if (value <= end && query.startsWith(name, from) && query.charAt(value - 1) == '=') {
                return query.substring(value, end);
            }
            from = end + 1;
        }
        return null;
    }
}
