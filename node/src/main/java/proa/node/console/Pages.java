package proa.node.console;

import proa.node.admin.Answer;
import proa.node.admin.WebAnswer;
import proa.node.admin.WebRequest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The files of the dashboard, read from the class path once: nothing else is served. Without data;
 * they are for everybody who may ask. Immutable.
 */
final class Pages {

    private static final String PLOTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml");

    private final Map<String, WebAnswer> files = new HashMap<>();

    /** Reads them. */
    Pages() {
        for (String name : new String[] {"index.html", "console.css", "icon.svg"}) {
            add("/" + name, "/proa/console/" + name);
        }
        for (String name : new String[] {"main", "server", "views", "plots", "actions", "words"}) {
            add("/" + name + ".js", "/proa/console/" + name + ".js");
        }
        add("/uplot.js", PLOTS + "uPlot.esm.js");
        add("/uplot.css", PLOTS + "uPlot.min.css");
        files.put("/", page("/index.html"));
    }

    private WebAnswer page(String path) {
        WebAnswer page = files.get(path);
        if (page == null) {
            throw new IllegalStateException("no page " + path);
        }
        return page;
    }

    private void add(String path, String resource) {
        String type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "");
        try (InputStream in = Pages.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + resource);
            }
            files.put(
                    path,
                    WebAnswer.of(Answer.OK, type, in.readAllBytes())
                            .with("Cache-Control: no-cache"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file of a path, or that there is none. */
    WebAnswer answer(WebRequest request) {
        WebAnswer file = files.get(request.path());
        return file == null
                ? WebAnswer.of(
                        Answer.error(
                                Answer.NOT_FOUND,
                                "there are the dashboard at /, the API at /api/v1, /metrics,"
                                        + " /health/live and /health/ready"))
                : file;
    }
}
