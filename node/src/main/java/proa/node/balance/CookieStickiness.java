package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.StickyCookie;
import proa.node.exchange.Facts;

import java.time.InstantSource;

/**
 * A cookie of ours that carries the server's name. It needs no memory on our side, so every node of
 * the cluster obeys it at once.
 */
final class CookieStickiness implements Stickiness {

    private final String cookie;
    private final boolean indirect;
    private final String attributes;
    private final @Nullable ExpiryDate expires;
    private final Marks marks;

    /**
     * Stickiness by that cookie.
     *
     * @param time the clock of cookies that clients keep for a time
     */
    CookieStickiness(StickyCookie cookie, Marks marks, InstantSource time) {
        this.cookie = cookie.name();
        this.indirect = cookie.indirect();
        this.attributes = attributes(cookie.attributes());
        this.expires =
                cookie.attributes().expires().map(kept -> new ExpiryDate(kept, time)).orElse(null);
        this.marks = marks;
    }

    private static String attributes(StickyCookie.Attributes of) {
        StringBuilder text = new StringBuilder();
        of.domain().ifPresent(domain -> text.append("; Domain=").append(domain));
        text.append("; Path=").append(of.path());
        of.expires().ifPresent(kept -> text.append("; Max-Age=").append(kept.toSeconds()));
        if (of.secure()) {
            text.append("; Secure");
        }
        if (of.httpOnly()) {
            text.append("; HttpOnly");
        }
        of.sameSite().ifPresent(said -> text.append("; SameSite=").append(word(said)));
        return text.toString();
    }

    private static String word(StickyCookie.SameSite said) {
        return switch (said) {
            case STRICT -> "Strict";
            case LAX -> "Lax";
            case NONE -> "None";
        };
    }

    @Override
    public @Nullable String hiddenCookie() {
        return indirect ? cookie : null;
    }

    @Override
    public Marks marks() {
        return marks;
    }

    @Override
    public Client client(Facts facts) {
        return new Bearer(marks.open(facts.cookie(cookie)));
    }

    private final class Bearer implements Client {
        private final @Nullable Mark mark;

        Bearer(@Nullable Mark mark) {
            this.mark = mark;
        }

        @Override
        public @Nullable String server() {
            return mark == null ? null : mark.server();
        }

        @Override
        public @Nullable String setCookieFor(String chosen) {
            String value =
                    mark != null && chosen.equals(mark.server())
                            ? marks.renewed(mark)
                            : marks.seal(chosen);
            if (value == null) {
                return null;
            }
            ExpiryDate until = expires;
            String line = cookie + "=" + value + attributes;
            return until == null ? line : line + "; Expires=" + until.text();
        }
    }
}
