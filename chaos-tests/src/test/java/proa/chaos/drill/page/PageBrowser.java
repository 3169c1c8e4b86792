package proa.chaos.drill.page;

import static org.assertj.core.api.Assertions.assertThat;

import proa.chaos.lab.Shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at a report in a real browser, which has no network. */
public final class PageBrowser {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int SCROLLBAR_MAX = 20;

    /** What the page is like is written into the page around it: the report allows no script. */
    private static final String AROUND =
            """
            <!doctype html><meta charset="utf-8"><style>* { margin: 0 }</style>
            <iframe style="border: 0; width: @WIDTH@px; height: 900px"></iframe><p id="seen"></p>
            <script>
              const frame = document.querySelector('iframe');
              frame.onload = () => {
                const page = frame.contentDocument;
                const drawn = [...page.querySelectorAll('svg')].filter(svg => svg.getBBox().width > 0);
                document.querySelector('#seen').textContent = [
                  'width', page.documentElement.scrollWidth,
                  'room', page.documentElement.clientWidth,
                  'height', page.documentElement.scrollHeight,
                  'plots', drawn.length,
                  'text', page.querySelector('h1').getBoundingClientRect().height,
                  'requests', frame.contentWindow.performance.getEntriesByType('resource').length,
                ].join(' ') + ' end';
              };
              frame.srcdoc = new TextDecoder().decode(Uint8Array.from(atob('@PAGE@'), c => c.charCodeAt(0)));
            </script>
            """;

    private static final Pattern SEEN =
            Pattern.compile(
                    "width ([0-9]+) room ([0-9]+) height ([0-9.]+) plots (\\d+) text ([0-9.]+)"
                            + " requests (\\d+) end");

    private final Path folder;

    /**
     * A browser with nothing in it.
     *
     * @param folder for what it keeps
     */
    public PageBrowser(Path folder) {
        this.folder = folder;
    }

    /** Why there is none; empty: there is one, or there has to be one. */
    public static Optional<String> missing() {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        return required || Files.isExecutable(CHROMIUM)
                ? Optional.empty()
                : Optional.of("no browser at " + CHROMIUM);
    }

    /** It is as wide as the window, its plots are drawn, and it asks nobody for anything. */
    public void fits(String report, int width) throws IOException {
        String encoded =
                Base64.getEncoder().encodeToString(report.getBytes(StandardCharsets.UTF_8));
        Path page =
                Files.writeString(
                        folder.resolve("around-" + width + ".html"),
                        AROUND.replace("@WIDTH@", "" + width).replace("@PAGE@", encoded));

        Matcher seen = SEEN.matcher(browse(page, "--window-size=1400,1000", "--dump-dom"));

        assertThat(seen.find()).isTrue();
        assertThat(Integer.parseInt(seen.group(2))).isBetween(width - SCROLLBAR_MAX, width);
        assertThat(seen.group(1)).as("nothing sticks out").isEqualTo(seen.group(2));
        assertThat(Double.parseDouble(seen.group(3))).as("all of it").isGreaterThan(900);
        assertThat(Integer.parseInt(seen.group(4))).as("plots").isPositive();
        assertThat(Double.parseDouble(seen.group(5))).as("its title is there").isGreaterThan(10);
        assertThat(Integer.parseInt(seen.group(6))).as("requests").isZero();
    }

    /** What it prints of a page. */
    String browse(Path page, String... options) {
        List<String> command =
                Stream.concat(
                                Stream.of(
                                        CHROMIUM.toString(),
                                        "--headless=new",
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-dev-shm-usage",
                                        "--no-first-run",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync",
                                        "--host-resolver-rules=MAP * ~NOTFOUND",
                                        "--virtual-time-budget=10000",
                                        "--user-data-dir=" + folder.resolve("profile")),
                                Stream.concat(
                                        Stream.of(options), Stream.of(page.toUri().toString())))
                        .toList();
        Shell.Ended ended = Shell.attempt(command, "", PATIENCE);
        assertThat(ended.code()).as(ended.printed()).isZero();
        return ended.printed();
    }
}
