package proa.node.console;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.admin.Answer;
import proa.node.admin.Health;
import proa.node.admin.Query;
import proa.node.admin.Router;
import proa.node.admin.WebAnswer;
import proa.node.admin.WebRequest;
import proa.node.console.Accounts.Account;
import proa.node.console.Gate.Who;
import proa.node.console.Logins.Login;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What is behind the admin listener: health and metrics for everybody who may ask; the pages of the
 * dashboard; and, for those who have logged in, the API. Safe from any thread.
 */
public final class Console implements Function<WebRequest, WebAnswer> {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    /** Nothing from elsewhere, and nobody's frame (Content Security Policy Level 3). */
    private static final String POLICY =
            "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'; base-uri 'none';"
                    + " form-action 'self'; object-src 'none'";

    private static final String[] GUARDS = {
        POLICY,
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
        "Cross-Origin-Resource-Policy: same-origin",
        "Cross-Origin-Opener-Policy: same-origin"
    };

    /** A name and a password, each of whose bytes may take three. */
    private static final int FORM_CHARACTERS_MAX = 4 << 10;

    private final Health health;
    private final Accounts accounts;
    private final Router router;
    private final Pages pages;
    private final Snapshots snapshots;
    private final Logins logins = new Logins();
    private final Gate gate;
    private final LongSupplier nanoTime;

    /**
     * Puts it together.
     *
     * @param accounts who may log in
     * @param snapshots what those see who watch
     * @param nanoTime monotonic, for timeouts
     */
    public Console(
            Health health,
            Router router,
            Accounts accounts,
            Snapshots snapshots,
            LongSupplier nanoTime) {
        this.health = health;
        this.accounts = accounts;
        this.router = router;
        this.snapshots = snapshots;
        this.nanoTime = nanoTime;
        pages = new Pages();
        gate = new Gate(accounts, logins, nanoTime);
    }

    @Override
    public WebAnswer apply(WebRequest request) {
        return answer(request).with(GUARDS);
    }

    private WebAnswer answer(WebRequest request) {
        String path = request.path();
        if (Health.has(path)) {
            return health.answer(request);
        }
        if (path.equals("/login") && request.method().equals("POST")) {
            return login(request);
        }
        if (path.startsWith(Router.PREFIX + "/")) {
            return api(request, path.substring(Router.PREFIX.length()));
        }
        return request.method().equals("GET") || request.method().equals("HEAD")
                ? pages.answer(request)
                : WebAnswer.of(Answer.error(Answer.METHOD_NOT_ALLOWED, "only GET and HEAD"));
    }

    private WebAnswer login(WebRequest request) {
        Optional<Answer> foreign = gate.foreign(request);
        if (foreign.isPresent()) {
            return WebAnswer.of(foreign.get());
        }
        if (request.body().length() > FORM_CHARACTERS_MAX) { // many pairs take long to join
            return WebAnswer.of(
                    Answer.error(
                            Answer.TOO_LARGE,
                            "a login has at most " + FORM_CHARACTERS_MAX + " characters"));
        }
        Map<String, String> form = Query.pairs(request.body());
        return switch (gate.password(
                request, form.getOrDefault("name", ""), form.getOrDefault("password", ""))) {
            case Who.Nobody nobody -> refused(nobody);
            case Who.Browser(Login login) -> greeting(login, request);
            case Who.Program(Account account) -> {
                LOG.info("admin: {} logs in", account.name());
                yield greeting(logins.open(account, nanoTime.getAsLong()), request);
            }
        };
    }

    private static WebAnswer greeting(Login login, WebRequest request) {
        return WebAnswer.of(Answer.ok(document(login)), cookie(login.id(), request, ""));
    }

    private static Map<String, Object> document(Login login) {
        return Answer.ordered(
                "user", login.account().name(),
                "role", Accounts.word(login.account().role()),
                "token", login.token());
    }

    private static String cookie(String value, WebRequest request, String more) {
        return "Set-Cookie: "
                + Gate.cookieName(request.secure())
                + "="
                + value
                + "; Path=/; HttpOnly; SameSite=Strict"
                + (request.secure() ? "; Secure" : "")
                + more;
    }

    private static WebAnswer refused(Who.Nobody nobody) {
        WebAnswer answer = WebAnswer.of(nobody.answer());
        return nobody.waitSeconds() > 0
                ? answer.with("Retry-After: " + nobody.waitSeconds())
                : answer;
    }

    private WebAnswer api(WebRequest request, String below) {
        return switch (gate.who(request)) {
            case Who.Nobody nobody -> refused(nobody);
            case Who.Program(Account account) -> {
                Optional<Answer> foreign = gate.foreign(request);
                yield foreign.isPresent()
                        ? WebAnswer.of(foreign.get())
                        : answer(request, below, account);
            }
            case Who.Browser(Login login) -> browser(request, below, login);
        };
    }

    private WebAnswer browser(WebRequest request, String below, Login login) {
        if (!request.method().equals("GET")) {
            Optional<Answer> objection = gate.objection(request, login);
            if (objection.isPresent()) {
                return WebAnswer.of(objection.get());
            }
        }
        return switch (below) {
            case "/session" -> WebAnswer.of(Answer.ok(document(login)));
            case "/logout" -> {
                if (!request.method().equals("POST")) {
                    yield WebAnswer.of(
                            Answer.error(Answer.METHOD_NOT_ALLOWED, "this is for POST only"));
                }
                logins.close(login);
                LOG.info("admin: {} logs out", login.account().name());
                yield WebAnswer.of(
                        Answer.ok(Map.of("user", login.account().name())),
                        cookie("", request, "; Max-Age=0"));
            }
            case "/stream" ->
                    snapshots.stream(
                            () ->
                                    logins.has(login, nanoTime.getAsLong())
                                            && accounts.has(login.account()));
            default -> answer(request, below, login.account());
        };
    }

    private WebAnswer answer(WebRequest request, String below, Account account) {
        if (below.equals("/openapi.json")) {
            String description = router.description(Gate.cookieName(request.secure()));
            return WebAnswer.of(
                    Answer.OK, "application/json", description.getBytes(StandardCharsets.UTF_8));
        }
        if (below.equals("/stream") && request.method().equals("GET")) {
            return snapshots.stream(() -> accounts.has(account));
        }
        return WebAnswer.of(
                router.overHttp(
                        request.method(),
                        request.target().substring(Router.PREFIX.length()),
                        request.body(),
                        account.role(),
                        account.name()));
    }
}
