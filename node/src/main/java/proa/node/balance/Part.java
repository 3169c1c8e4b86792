package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.SpreadingConfig.HashKey;
import proa.node.exchange.Facts;

/** A part of a request as text. Any thread. */
@FunctionalInterface
interface Part {

    /** The text, or null when the request does not have it. */
    @Nullable String of(Facts facts);

    static Part of(HashKey key) {
        return switch (key) {
            case HashKey.Source _ -> facts -> facts.source().getHostAddress();
            case HashKey.Uri() -> Part::uri;
            case HashKey.Path() -> facts -> some(facts.path());
            case HashKey.Host() -> facts -> some(facts.host());
            case HashKey.ServerName() -> facts -> some(facts.serverName());
            case HashKey.Parameter(String name) -> facts -> some(parameter(facts.query(), name));
            case HashKey.FormParameter(String name, _) -> of(new HashKey.Parameter(name));
            case HashKey.Header(String name) -> facts -> some(facts.header(name));
            case HashKey.Cookie(String name) -> facts -> some(facts.cookie(name));
            case HashKey.Constant(String text) -> _ -> text;
        };
    }

    private static @Nullable String some(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static @Nullable String uri(Facts facts) {
        String query = facts.query();
        return some(query.isEmpty() ? facts.path() : facts.path() + "?" + query);
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
