package proa.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Holds docs/metrics.md, the alerts and the dashboard to the list of metrics; {@code
 * PROA_WRITE_REFERENCE=1} writes the page.
 */
class MetricsPageTest {

    private static final Path DOCS = Path.of(System.getProperty("proa.home"), "docs");
    private static final Pattern NAME = Pattern.compile("\\bproa_[a-z0-9_]+");

    private static final String BEFORE =
            """
            # Metrics

            Made from the list in `proa.node.metrics.Family`; `MetricsPageTest` fails when the two differ.

            `GET /metrics` of the listener that `admin { listen = … }` opens, in the text format of Prometheus, version
            0.0.4. Values are read when they are asked for; counters begin with the process. Labels are names from the
            configuration or words from fixed lists, so nothing a client sends makes a series. Every Java process has its own
            besides (`jvm_…`, `process_…`, `system_…`), as Micrometer names them. Alert rules are in [alerts.yml](alerts.yml), a
            dashboard in [grafana-dashboard.json](grafana-dashboard.json).

            `admin { otlp { url = "http://127.0.0.1:4318/v1/metrics" } }` posts the same to a collector every ten seconds (`every`) by OTLP/HTTP: the same names, labels as
            attributes, counters and histograms cumulative since the start. The resource is `service.name = proa`, `service.namespace` the cluster, `service.instance.id` the
            node. `token` names a file whose first line goes along. Nothing waits for the collector: what fails is forgotten, and the next one brings the sums; the begin of a failure is one warning in the log, its end one line.

            A configuration that was refused, and a certificate that is not in use, are in `warnings` of `/health/ready`, whose status stays 200 on purpose: the node serves
            as well as before, and an error in a file that every node has would take all of them out at once. `proa_configuration_refused` and
            `proa_member_certificate_refused` are for alerts.

            | name | type | labels | meaning |
            |---|---|---|---|
            """;

    private static String page() {
        return BEFORE
                + Arrays.stream(Family.values())
                        .map(MetricsPageTest::row)
                        .collect(Collectors.joining());
    }

    private static String row(Family family) {
        String labels =
                family.labels().stream()
                        .map(label -> "`" + label + "`")
                        .collect(Collectors.joining(", "));
        return "| `%s` | %s | %s | %s |%n"
                .formatted(
                        family.exposedName(),
                        family.kind().name().toLowerCase(Locale.ROOT),
                        labels,
                        family.meaning());
    }

    @Test
    void the_page_is_that_of_the_list() throws Exception {
        Path file = DOCS.resolve("metrics.md");
        if ("1".equals(System.getenv("PROA_WRITE_REFERENCE"))) {
            Files.writeString(file, page());
        }
        assertThat(Files.readString(file)).isEqualTo(page());
    }

    @Test
    void names_are_unique_have_base_units_and_counters_say_so() {
        List<String> names = Arrays.stream(Family.values()).map(Family::exposedName).toList();
        assertThat(names)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("proa_[a-z]+(_[a-z]+)*"))
                .noneMatch(name -> name.matches(".*(millis|nanos|kilo|percent).*"));
        assertThat(Family.values()).allMatch(Scrape::isNamedRightly);
    }

    @Test
    void alerts_and_dashboard_ask_for_metrics_that_there_are() throws Exception {
        Set<String> known =
                Arrays.stream(Family.values()).map(Family::exposedName).collect(Collectors.toSet());
        for (String page : List.of("alerts.yml", "grafana-dashboard.json")) {
            String text = Files.readString(DOCS.resolve(page));
            Matcher names = NAME.matcher(text);
            int found = 0;
            while (names.find()) {
                String name = names.group().replaceAll("_(bucket|sum|count)$", "");
                assertThat(known).as(page).contains(name);
                found++;
            }
            assertThat(found).as(page).isGreaterThan(10);
        }
    }
}
