package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Facts;

/**
 * A cookie that carries the server's name. It needs no memory on our side, so every node of the
 * cluster obeys it at once.
 */
final class CookieStickiness implements Stickiness {

    private static final String ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Lax";

    private final String cookie;

    CookieStickiness(String cookie) {
        this.cookie = cookie;
    }

    @Override
    public String hiddenCookie() {
        return cookie;
    }

    @Override
    public Client client(Facts facts) {
        return new Bearer(cookie, facts.cookie(cookie));
    }

    private record Bearer(String cookie, @Nullable String server) implements Client {
        @Override
        public @Nullable String setCookieFor(String chosen) {
            return chosen.equals(server) ? null : cookie + "=" + chosen + ATTRIBUTES;
        }
    }
}
