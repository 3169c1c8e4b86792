package proa.node.console;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.admin.Answer;
import proa.node.admin.WebRequest;
import proa.node.console.Accounts.Account;
import proa.node.console.Logins.Login;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who somebody is, and whether a request is really theirs: passwords, cookies, and what keeps other
 * sites from asking in a user's name. Safe from any thread.
 */
final class Gate {

    /** The field with the token of the login. */
    static final String TOKEN = "x-proa-token";

    /** The field with an id that no other changing request of the login has. */
    static final String REQUEST = "x-proa-request";

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** Passwords that wait to be checked, one at a time; the next ones are refused. */
    private static final int CHECKS_MAX = 8;

    private static final int PASSWORD_CHARACTERS_MAX = 512;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{8,64}");
    private static final Set<String> OWN_SITE = Set.of("", "same-origin", "none");

    private final Accounts accounts;
    private final Logins logins;
    private final Attempts attempts = new Attempts();
    private final Semaphore checks = new Semaphore(CHECKS_MAX);
    private final LongSupplier nanoTime;

    Gate(Accounts accounts, Logins logins, LongSupplier nanoTime) {
        this.accounts = accounts;
        this.logins = logins;
        this.nanoTime = nanoTime;
    }

    /** What came of looking. */
    sealed interface Who {

        /** A program that says its password each time. */
        record Program(Account account) implements Who {}

        /** A browser that has logged in. */
        record Browser(Login login) implements Who {}

        /** Nobody, and why. */
        record Nobody(Answer answer, long waitSeconds) implements Who {
            Nobody(int status, String message) {
                this(Answer.error(status, message), 0);
            }
        }
    }

    /** Who asks, by cookie or by Basic (RFC 7617). */
    Who who(WebRequest request) {
        String credentials = request.field("authorization");
        return credentials.isEmpty() ? browser(request) : program(request, credentials);
    }

    private Who browser(WebRequest request) {
        Optional<String> cookie = cookie(request);
        if (cookie.isEmpty()) {
            return new Who.Nobody(
                    Answer.UNAUTHORIZED, "log in first: POST /login, or Basic with each request");
        }
        Login login = logins.use(cookie.get(), nanoTime.getAsLong());
        if (login == null) {
            return new Who.Nobody(Answer.UNAUTHORIZED, "this login is over: log in again");
        }
        if (!accounts.has(login.account())) {
            logins.close(login);
            return new Who.Nobody(
                    Answer.UNAUTHORIZED, "this account has changed or is gone: log in again");
        }
        return new Who.Browser(login);
    }

    private Who program(WebRequest request, String credentials) {
        if (!credentials.toLowerCase(Locale.ROOT).startsWith("basic ")) {
            return new Who.Nobody(Answer.UNAUTHORIZED, "of Authorization, Basic is understood");
        }
        String pair;
        try {
            pair =
                    new String(
                            Base64.getDecoder().decode(credentials.substring(6).strip()),
                            StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return new Who.Nobody(Answer.UNAUTHORIZED, "the Basic credentials are not base64");
        }
        int colon = pair.indexOf(':');
        return colon < 0
                ? new Who.Nobody(Answer.UNAUTHORIZED, "the Basic credentials have no colon")
                : password(request, pair.substring(0, colon), pair.substring(colon + 1));
    }

    /** Who that is, if the password is right; too many wrong ones, and nobody is asked. */
    Who password(WebRequest request, String name, String password) {
        InetAddress from =
                request.from() == null ? InetAddress.getLoopbackAddress() : request.from();
        if (!request.secure() && !from.isLoopbackAddress()) {
            return new Who.Nobody(Answer.FORBIDDEN, "a password is taken by TLS only");
        }
        long wait = attempts.waitSeconds(from, nanoTime.getAsLong());
        if (wait > 0) {
            return new Who.Nobody(
                    Answer.error(
                            Answer.TOO_MANY,
                            "too many logins from there have failed: wait " + wait + " s"),
                    wait);
        }
        if (!checks.tryAcquire()) {
            return new Who.Nobody(
                    Answer.error(Answer.UNAVAILABLE, "too many log in at once: try again"), 1);
        }
        try {
            Optional<Account> account =
                    password.length() > PASSWORD_CHARACTERS_MAX
                            ? Optional.empty()
                            : accounts.accept(name, password);
            if (account.isPresent()) {
                return new Who.Program(account.get());
            }
        } finally {
            checks.release();
        }
        attempts.failed(from, nanoTime.getAsLong());
        LOG.warn("admin: a login from {} failed", from.getHostAddress());
        return new Who.Nobody(Answer.UNAUTHORIZED, "the name or the password is wrong");
    }

    /** Why a request that changes something is not its user's own; empty: it is. */
    Optional<Answer> objection(WebRequest request, Login login) {
        Optional<Answer> foreign = foreign(request);
        if (foreign.isPresent()) {
            return foreign;
        }
        if (!login.hasToken(request.field(TOKEN))) {
            return Optional.of(
                    Answer.error(
                            Answer.FORBIDDEN,
                            "the field X-Proa-Token is not that of this login: load the page"
                                    + " again"));
        }
        String id = request.field(REQUEST);
        if (!ID.matcher(id).matches()) {
            return Optional.of(
                    Answer.error(
                            Answer.BAD_REQUEST,
                            "the field X-Proa-Request is a new id for each change, 8 to 64 of"
                                    + " A-Z a-z 0-9 _ -"));
        }
        return logins.isNew(login, id)
                ? Optional.empty()
                : Optional.of(
                        Answer.error(
                                Answer.CONFLICT,
                                "this request was made before: nothing was done again"));
    }

    /** Whether another site has the browser ask (Fetch Metadata; RFC 6454). */
    Optional<Answer> foreign(WebRequest request) {
        String origin = request.field("origin");
        boolean own =
                OWN_SITE.contains(request.field("sec-fetch-site"))
                        && (origin.isEmpty() || authority(origin).equals(request.field("host")));
        return own
                ? Optional.empty()
                : Optional.of(
                        Answer.error(
                                Answer.FORBIDDEN,
                                "this request comes from another site"
                                        + (origin.isEmpty() ? "" : ": " + origin)));
    }

    private static String authority(String origin) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority == null ? "" : authority;
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    /** Name of the cookie: with TLS one that only this host can have set (RFC 6265bis §4.1.3.2). */
    static String cookieName(boolean secure) {
        return secure ? "__Host-proa" : "proa";
    }

    private static Optional<String> cookie(WebRequest request) {
        Matcher cookie =
                Pattern.compile(
                                "(?:^|; *)"
                                        + cookieName(request.secure())
                                        + "=([A-Za-z0-9_-]{1,64})")
                        .matcher(request.field("cookie"));
        return cookie.find() ? Optional.of(cookie.group(1)) : Optional.empty();
    }
}
