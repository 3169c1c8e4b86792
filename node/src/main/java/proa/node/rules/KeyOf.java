package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.SpreadingConfig.HashKey;
import proa.config.TableConfig;
import proa.node.exchange.Facts;

import java.util.Optional;

/** The key a request has in a table. Any thread. */
@FunctionalInterface
interface KeyOf {

    /** Longest number that is one; more digits would not fit 64 bits. */
    int DIGITS_MAX = 18;

    /** The key, or null when the request does not have what it is made of. */
    @Nullable TableKey of(Facts facts);

    /**
     * The key in a table.
     *
     * @param by the part of the request; empty: the client's address, or nothing in a table that is
     *     not on addresses
     */
    static KeyOf of(Counters.Table table, Optional<HashKey> by) {
        TableConfig.Prefix prefix = table.config().prefix();
        return switch (table.config().key()) {
            case SOURCE -> Facts::sourceKey;
            case NETWORK ->
                    facts -> TableKey.ofNetwork(facts.source(), prefix.ipv4(), prefix.ipv6());
            case TEXT -> by.<KeyOf>map(part -> text(table, part)).orElse(_ -> null);
            case INTEGER -> by.<KeyOf>map(KeyOf::number).orElse(_ -> null);
        };
    }

    private static KeyOf text(Counters.Table table, HashKey part) {
        if (part instanceof HashKey.Constant(String constant)) {
            TableKey key = table.key(constant);
            return _ -> key;
        }
        return facts -> {
            String text = text(part, facts);
            return text == null || text.isEmpty() ? null : table.key(text);
        };
    }

    private static KeyOf number(HashKey part) {
        return facts -> {
            String text = text(part, facts);
            return text == null || !number(text) ? null : TableKey.ofNumber(Long.parseLong(text));
        };
    }

    private static boolean number(String text) {
        int first = text.startsWith("-") ? 1 : 0;
        int digits = text.length() - first;
        return digits >= 1
                && digits <= DIGITS_MAX
                && text.chars().skip(first).allMatch(c -> c >= '0' && c <= '9');
    }

    private static @Nullable String text(HashKey part, Facts facts) {
        return switch (part) {
            case HashKey.Source _ -> Values.address(facts.source());
            case HashKey.Uri _ ->
                    facts.query().isEmpty() ? facts.path() : facts.path() + "?" + facts.query();
            case HashKey.Path _ -> facts.path();
            case HashKey.Host _ -> facts.host();
            case HashKey.ServerName _ -> facts.serverName();
            case HashKey.Parameter(String name) -> Parameters.first(facts.query(), name);
            case HashKey.FormParameter(String name, _) -> Parameters.first(facts.query(), name);
            case HashKey.Header(String name) -> facts.header(name);
            case HashKey.Cookie(String name) -> facts.cookie(name);
            case HashKey.Constant(String text) -> text;
        };
    }
}
