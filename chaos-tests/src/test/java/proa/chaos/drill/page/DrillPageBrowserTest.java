package proa.chaos.drill.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

/**
 * The report in a real browser, which has no network: as wide as the window, plots drawn, nothing
 * asked of anybody, and its certificate on a page of its own in print.
 */
class DrillPageBrowserTest {

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

    @TempDir private static Path folder;

    @BeforeAll
    static void needsABrowser() {
        if (!"true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assumeTrue(Files.isExecutable(CHROMIUM), "no browser at " + CHROMIUM);
        }
    }

    private static String report() {
        return DrillPage.of(DrillPageTest.ordinaryRun(), Optional.empty());
    }

    private static String browse(Path page, String... options) {
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

    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void itFitsAPhoneAndADesk(int width) throws IOException {
        String encoded =
                Base64.getEncoder().encodeToString(report().getBytes(StandardCharsets.UTF_8));
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

    @Test
    void inPrintTheCertificateHasAPageOfItsOwn() throws IOException {
        Path page = Files.writeString(folder.resolve("page.html"), report());
        Path printed = folder.resolve("page.pdf");

        browse(page, "--no-pdf-header-footer", "--print-to-pdf=" + printed);

        String pdf = Files.readString(printed, StandardCharsets.ISO_8859_1);
        assertThat(pdf).startsWith("%PDF-");
        assertThat(Pattern.compile("/Type /Page\\b(?!s)").matcher(pdf).results().count())
                .as("pages")
                .isBetween(2L, 12L);
    }
}
