package proa.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The cookie that keeps a client on its server.
 *
 * @param name its name
 * @param mode whose cookie it is
 * @param indirect whether servers are spared the sight of it; with {@code INSERT}; default true
 * @param attributes what the client is told of it; with {@code INSERT}
 * @param life how long it is obeyed; with {@code INSERT}
 * @param secrets what values are signed with: all are accepted, the first one signs; empty: values
 *     are not signed
 */
public record StickyCookie(
        String name,
        Mode mode,
        boolean indirect,
        Attributes attributes,
        Life life,
        List<Secret> secrets) {

    /** Fewest characters of a secret. */
    public static final int SECRET_CHARACTERS_MIN = 16;

    public StickyCookie {
        secrets = List.copyOf(secrets);
    }

    /** A cookie of ours with the default attributes, not signed. */
    public StickyCookie(String name) {
        this(name, Mode.INSERT, true, Attributes.DEFAULTS, Life.DEFAULTS, List.of());
    }

    /** Whose cookie it is. */
    public enum Mode {
        /** Ours: added to responses. */
        INSERT,
        /** A server's own, whose value is sent to clients behind the server's name. */
        PREFIX,
        /** A server's own, whose value is replaced by the server's name. */
        REWRITE
    }

    /**
     * Attributes of the cookie (RFC 6265 §4.1.2).
     *
     * @param path which requests carry it; default {@code /}
     * @param domain which hosts get it; empty: the one that set it
     * @param secure whether it travels over TLS only; default false
     * @param httpOnly whether scripts do not see it; default true
     * @param sameSite whether requests from other sites carry it; empty: not said; default {@code
     *     LAX}
     * @param expires how long the client keeps it; empty: until it closes
     */
    public record Attributes(
            String path,
            Optional<String> domain,
            boolean secure,
            boolean httpOnly,
            Optional<SameSite> sameSite,
            Optional<Duration> expires) {
        public static final Attributes DEFAULTS =
                new Attributes(
                        "/",
                        Optional.empty(),
                        false,
                        true,
                        Optional.of(SameSite.LAX),
                        Optional.empty());
    }

    /** Which requests from other sites carry the cookie. */
    public enum SameSite {
        /** None. */
        STRICT,
        /** Those that follow a link. */
        LAX,
        /** All; browsers want {@code Secure} with it. */
        NONE
    }

    /**
     * How long the cookie is obeyed; its value carries the times.
     *
     * @param idleMax since the client was last seen with it; 1 s to 365 days; empty: no limit
     * @param lifeMax since it was given to the client; 1 s to 365 days; empty: no limit
     */
    public record Life(Optional<Duration> idleMax, Optional<Duration> lifeMax) {
        public static final Life DEFAULTS = new Life(Optional.empty(), Optional.empty());

        /** Whether there is a limit. */
        public boolean limited() {
            return idleMax.isPresent() || lifeMax.isPresent();
        }
    }

    /** What values are signed with; it does not show itself. */
    public record Secret(String text) {
        @Override
        public String toString() {
            return "secret";
        }
    }
}
