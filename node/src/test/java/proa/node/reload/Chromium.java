package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.node.Await;
import proa.node.admin.Json;
import proa.node.admin.JsonReader;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A browser without a window, steered by the DevTools protocol over its WebSocket. One page.
 *
 * <p>Source: Chrome DevTools Protocol, domains Target, Page, Runtime, Network, Emulation, Input and
 * Log.
 */
final class Chromium {

    /** Where Debian has it. */
    static final Path PROGRAM = Path.of("/usr/bin/chromium");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<?, ?>>> answers = new ConcurrentHashMap<>();
    private String session = "";

    /** What the browser complains of: scripts that fail, violated policies, files not found. */
    final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    /**
     * Starts it.
     *
     * @param profile an empty folder for everything that it keeps
     * @param options more of its command line
     */
    Chromium(Path profile, String... options) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                PROGRAM.toString(),
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile));
        command.addAll(List.of(options));
        command.add("about:blank");
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(profile.resolve("chromium.log").toFile())
                        .start();
        Path port = profile.resolve("DevToolsActivePort");
        Await.until("the browser", () -> Files.exists(port) && Files.readAllLines(port).size() > 1);
        List<String> lines = Files.readAllLines(port);
        socket =
                client.newWebSocketBuilder()
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)),
                                new Listening())
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Map<?, ?> target = call("Target.createTarget", Map.of("url", "about:blank"));
        Map<?, ?> attached =
                call(
                        "Target.attachToTarget",
                        Map.of("targetId", target.get("targetId"), "flatten", true));
        session = attached.get("sessionId").toString();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            call(domain + ".enable", Map.of());
        }
        call("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    }

    private final class Listening implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take((Map<?, ?>) JsonReader.read(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void take(Map<?, ?> message) {
        if (message.get("id") instanceof Number id) {
            CompletableFuture<Map<?, ?>> waiting = answers.remove(id.intValue());
            if (waiting != null) {
                waiting.complete(message);
            }
        } else if ("Runtime.exceptionThrown".equals(message.get("method"))
                || "Log.entryAdded".equals(message.get("method"))) {
            complaints.add(Json.of(message));
        }
    }

    private Map<?, ?> call(String method, Map<String, Object> parameters) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<Map<?, ?>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", parameters);
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        socket.sendText(Json.of(message), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Map<?, ?> said = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!(said.get("result") instanceof Map<?, ?> result)) {
            throw failed(method + ": " + said);
        }
        return result;
    }

    /** Goes to a page. */
    void open(String url) throws Exception {
        call("Page.navigate", Map.of("url", url));
    }

    /** Goes to a page with a script of ours that runs before its own. */
    void open(String url, String script) throws Exception {
        Map<?, ?> added = call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
        open(url);
        until("document.readyState === 'complete' && location.href === " + Json.of(url));
        call(
                "Page.removeScriptToEvaluateOnNewDocument",
                Map.of("identifier", added.get("identifier").toString()));
    }

    /** Forgets all logins. */
    void forget() throws Exception {
        call("Network.clearBrowserCookies", Map.of());
    }

    /** What it keeps for a page, by name: as the domain Network says it. */
    Map<String, Map<?, ?>> cookies(String url) throws Exception {
        Map<String, Map<?, ?>> cookies = new LinkedHashMap<>();
        Map<?, ?> kept = call("Network.getCookies", Map.of("urls", List.of(url)));
        for (Object each : (List<?>) kept.get("cookies")) {
            Map<?, ?> cookie = (Map<?, ?>) each;
            cookies.put(cookie.get("name").toString(), cookie);
        }
        return cookies;
    }

    /** What a promise comes to, as text; its page must stay. */
    String settled(String promise) throws Exception {
        return evaluate("(" + promise + ").then(String)");
    }

    /** The value of an expression, as text; of the next page, where one is just on its way. */
    String value(String expression) throws Exception {
        AtomicReference<String> value = new AtomicReference<>("");
        Await.until(
                "a page that stays: " + expression,
                () -> {
                    try {
                        value.set(evaluate("String(" + expression + ")"));
                        return true;
                    } catch (NavigatedException _) {
                        return false;
                    }
                });
        return value.get();
    }

    /** The page has gone while it was asked. */
    private static final class NavigatedException extends IOException {
        private static final long serialVersionUID = 1L;

        NavigatedException(String message) {
            super(message);
        }
    }

    private static IOException failed(String message) {
        return message.contains("navigated or closed")
                        || message.contains("Execution context was destroyed")
                        || message.contains("Cannot find default execution context")
                ? new NavigatedException(message)
                : new IOException(message);
    }

    /** Done once, whatever becomes of the page. */
    private void act(String expression) throws Exception {
        evaluate("String(" + expression + ")");
    }

    private String evaluate(String expression) throws Exception {
        Map<?, ?> result =
                call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                expression,
                                "awaitPromise",
                                true,
                                "returnByValue",
                                true));
        if (result.containsKey("exceptionDetails")) {
            throw new IOException(expression + ": " + result.get("exceptionDetails"));
        }
        return ((Map<?, ?>) result.get("result")).get("value").toString();
    }

    /** Waits until an expression is true. */
    void until(String expression) throws Exception {
        Await.until(
                expression + " in " + PROGRAM,
                () -> value("Boolean(" + expression + ")").equals("true"));
    }

    /** The text of what is shown there. */
    String text(String selector) throws Exception {
        return value("document.querySelector(" + Json.of(selector) + ")?.innerText ?? ''");
    }

    /** Clicks. */
    void click(String selector) throws Exception {
        act("document.querySelector(" + Json.of(selector) + ").click()");
    }

    /** Puts text into a field, as if typed. */
    void type(String selector, String text) throws Exception {
        act("document.querySelector(" + Json.of(selector) + ").select()");
        type(text);
    }

    /** Types it where the focus is. */
    void type(String text) throws Exception {
        call("Input.insertText", Map.of("text", text));
    }

    /** Presses a key that has a name, such as Enter. */
    void press(String key, int code) throws Exception {
        for (String type : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type", type,
                            "key", key,
                            "code", key,
                            "text", type.equals("keyDown") && key.equals("Enter") ? "\r" : "",
                            "windowsVirtualKeyCode", code));
        }
    }

    /** The room that the page has, and whether it is dark. */
    void look(int width, int height, boolean dark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        width < 600));
        call(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        dark ? "dark" : "light"))));
    }

    /** A picture of the whole page. */
    void picture(Path file) throws Exception {
        value("document.documentElement.style.scrollBehavior = 'auto', scrollTo(0, 0)");
        until("scrollY === 0");
        Map<?, ?> taken =
                call(
                        "Page.captureScreenshot",
                        Map.of("format", "png", "captureBeyondViewport", true));
        Files.write(file, Base64.getDecoder().decode(taken.get("data").toString()));
    }

    void close() throws Exception {
        socket.abort();
        client.close();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
