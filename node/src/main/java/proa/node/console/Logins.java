package proa.node.console;

import org.jspecify.annotations.Nullable;

import proa.node.console.Accounts.Account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who is logged in. Safe from any thread. */
final class Logins {

    /** At once; the one that was idle longest goes first. */
    static final int OPEN_MAX = 64;

    /** Without a request it is over after this; a page that only watches asks nothing. */
    static final Duration IDLE_MAX = Duration.ofHours(1);

    /** It is over after this whatever happens. */
    static final Duration AGE_MAX = Duration.ofHours(12);

    private static final int SECRET_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Login> open = new LinkedHashMap<>(); // guarded by this, idle first

    /** One browser of one user. Guarded by its {@link Logins}. */
    static final class Login {

        /** Changing requests whose ids are remembered. */
        private static final int REMEMBERED_MAX = 1_024;

        private final String id;
        private final String token;
        private final Account account;
        private final long beganNanos;
        private final Set<String> requests = new LinkedHashSet<>();
        private long seenNanos;

        private Login(String id, String token, Account account, long nowNanos) {
            this.id = id;
            this.token = token;
            this.account = account;
            beganNanos = nowNanos;
            seenNanos = nowNanos;
        }

        /** What the browser's cookie holds. */
        String id() {
            return id;
        }

        /** What its page says with each changing request. */
        String token() {
            return token;
        }

        Account account() {
            return account;
        }

        /** Whether that is the token; takes as long for every one. */
        boolean hasToken(String said) {
            return MessageDigest.isEqual(
                    token.getBytes(StandardCharsets.US_ASCII),
                    said.getBytes(StandardCharsets.UTF_8));
        }

        private boolean isOver(long nowNanos) {
            return nowNanos - seenNanos >= IDLE_MAX.toNanos()
                    || nowNanos - beganNanos >= AGE_MAX.toNanos();
        }
    }

    /** Somebody has logged in. */
    synchronized Login open(Account account, long nowNanos) {
        open.values().removeIf(login -> login.isOver(nowNanos));
        if (open.size() >= OPEN_MAX) {
            open.remove(open.keySet().iterator().next());
        }
        Login login = new Login(secret(), secret(), account, nowNanos);
        open.put(login.id, login);
        return login;
    }

    /** The login of a cookie, or null; it is not idle now. */
    synchronized @Nullable Login use(String id, long nowNanos) {
        Login login = open.remove(id);
        if (login == null || login.isOver(nowNanos)) {
            return null;
        }
        login.seenNanos = nowNanos;
        open.put(id, login);
        return login;
    }

    /** Whether it is still open. */
    synchronized boolean has(Login login, long nowNanos) {
        return open.get(login.id) == login && !login.isOver(nowNanos);
    }

    /** Takes note of a changing request; whether it is the first of that id. */
    synchronized boolean isNew(Login login, String request) {
        boolean added = login.requests.add(request);
        if (login.requests.size() > Login.REMEMBERED_MAX) {
            login.requests.remove(login.requests.iterator().next());
        }
        return added;
    }

    /** It ends. */
    synchronized void close(Login login) {
        open.remove(login.id);
    }

    /** How many there are. */
    synchronized int count() {
        return open.size();
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
