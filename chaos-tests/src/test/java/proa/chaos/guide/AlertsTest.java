package proa.chaos.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import proa.node.metrics.Family;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * docs/alerts.yml, as Prometheus reads it: rules are whole, ask for metrics and labels that there
 * are, in a way that can hold, and lead to a page that explains them.
 */
class AlertsTest {

    private static final Path FILE = Path.of("docs", "alerts.yml");

    /** What every sample gets where it is scraped. */
    private static final Set<String> OF_TARGET = Set.of("job", "instance");

    private static final Set<String> SEVERITIES = Set.of("warning", "critical");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{ \\$labels\\.(\\w+) }}");
    private static final Pattern DURATION = Pattern.compile("\\d+[smhd]");

    private static final Map<String, Family> FAMILIES =
            Arrays.stream(Family.values())
                    .collect(Collectors.toMap(Family::exposedName, Function.identity()));

    private static final List<Set<String>> NONE = List.of();

    private static List<Map<?, ?>> rules;

    @BeforeAll
    static void read() throws IOException {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        Map<?, ?> file =
                new Yaml(new SafeConstructor(strict))
                        .load(Files.readString(Page.HOME.resolve(FILE)));
        assertThat(file.keySet()).isEqualTo(Set.of("groups"));
        rules = new ArrayList<>();
        for (Object each : (List<?>) file.get("groups")) {
            Map<?, ?> group = (Map<?, ?>) each;
            assertThat(group.keySet()).isEqualTo(Set.of("name", "rules"));
            ((List<?>) group.get("rules")).forEach(rule -> rules.add((Map<?, ?>) rule));
        }
        assertThat(rules).hasSizeGreaterThan(20);
    }

    private static String name(Map<?, ?> rule) {
        return String.valueOf(rule.get("alert"));
    }

    private static Query query(Map<?, ?> rule) {
        return Query.of(String.valueOf(rule.get("expr")));
    }

    private static Map<?, ?> annotations(Map<?, ?> rule) {
        return (Map<?, ?>) rule.get("annotations");
    }

    /** Prometheus itself takes the file. */
    @Test
    void promtoolFindsNoMistake() throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        assumeTrue(required || isInstalled("promtool"), "promtool is not installed");
        Process process =
                new ProcessBuilder("promtool", "check", "rules", Page.HOME.resolve(FILE).toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("SUCCESS: " + rules.size() + " rules found");
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    @Test
    void everyRuleIsWhole() {
        for (Map<?, ?> rule : rules) {
            String name = name(rule);
            assertThat(rule.keySet())
                    .as(name)
                    .isEqualTo(Set.of("alert", "expr", "for", "labels", "annotations"));
            assertThat(name).matches("Proa[A-Z]\\w+");
            assertThat(String.valueOf(rule.get("for"))).as(name).matches(DURATION);
            Map<?, ?> labels = (Map<?, ?>) rule.get("labels");
            assertThat(labels.keySet()).as(name).isEqualTo(Set.of("severity"));
            assertThat(SEVERITIES).as(name).contains(String.valueOf(labels.get("severity")));
            assertThat(annotations(rule).keySet())
                    .as(name)
                    .isEqualTo(Set.of("summary", "description", "runbook"));
            assertThat(annotations(rule).values())
                    .as(name)
                    .allMatch(text -> text instanceof String words && !words.isBlank());
        }
        assertThat(rules).extracting(AlertsTest::name).doesNotHaveDuplicates();
    }

    @Test
    void everyMetricAndLabelIsExported() {
        for (Map<?, ?> rule : rules) {
            String name = name(rule);
            Query query = query(rule);
            assertThat(query.selectors()).as(name).isNotEmpty();
            for (Query.Selector selector : query.selectors()) {
                assertThat(labels(selector.metric(), name)).as(name).containsAll(selector.labels());
            }
            for (Query.Selector selector : query.selectors()) {
                Set<String> has = labels(selector.metric(), name);
                assertThat(has).as(name).containsAll(selector.adds().orElse(Set.of()));
                has.addAll(query.left());
                for (Set<String> kept : selector.adds().isPresent() ? NONE : query.by()) {
                    assertThat(has).as(name).containsAll(kept);
                }
            }
        }
    }

    /** One Prometheus may look after several clusters with groups of the same name. */
    @Test
    void whatIsSummedUpIsOfOneCluster() {
        List<Map<?, ?>> summed =
                rules.stream().filter(rule -> !query(rule).by().isEmpty()).toList();
        assertThat(summed).hasSize(3);
        for (Map<?, ?> rule : summed) {
            assertThat(query(rule).by())
                    .as(name(rule))
                    .allSatisfy(kept -> assertThat(kept).contains("cluster"));
            assertThat(query(rule).left()).as(name(rule)).containsExactly("cluster");
        }
    }

    /** Its own, and those of every target. */
    private static Set<String> labels(String metric, String rule) {
        Set<String> labels = new LinkedHashSet<>(OF_TARGET);
        if (!metric.equals("up")) { // Prometheus's own
            assertThat(FAMILIES).as(rule).containsKey(metric);
            labels.addAll(FAMILIES.get(metric).labels());
        }
        return labels;
    }

    /** A counter alone only grows, and the rate of a gauge means nothing. */
    @Test
    void countersAreAskedForTheirRateAndGaugesForTheirValue() {
        for (Map<?, ?> rule : rules) {
            for (Query.Selector selector : query(rule).selectors()) {
                Family family = FAMILIES.get(selector.metric());
                if (family != null) {
                    assertThat(selector.function().equals("rate"))
                            .as(name(rule) + ": " + selector)
                            .isEqualTo(family.kind() == Family.Kind.COUNTER);
                }
            }
        }
    }

    /** Two vectors are matched by all of their labels, unless the rule says by which. */
    @Test
    void whatIsComparedHasTheSameLabels() {
        for (Map<?, ?> rule : rules) {
            Query query = query(rule);
            if (query.on().isEmpty() && query.by().isEmpty()) {
                assertThat(query.selectors())
                        .extracting(selector -> labels(selector.metric(), name(rule)))
                        .as(name(rule))
                        .containsOnly(labels(query.selectors().getFirst().metric(), name(rule)));
            }
            query.on().forEach(on -> assertThat(OF_TARGET).as(name(rule)).containsAll(on));
        }
    }

    @Test
    void textsNameLabelsThatTheResultHas() {
        int seen = 0;
        for (Map<?, ?> rule : rules) {
            Query query = query(rule);
            Set<String> has =
                    query.by().isEmpty()
                            ? labels(query.selectors().getFirst().metric(), name(rule))
                            : query.by().getFirst();
            for (Object text : annotations(rule).values()) {
                Matcher placeholder = PLACEHOLDER.matcher(text.toString());
                String rest = placeholder.replaceAll("");
                assertThat(rest).as(name(rule)).doesNotContain("{{", "}}", "$");
                placeholder.reset();
                while (placeholder.find()) {
                    seen++;
                    assertThat(has).as(name(rule)).contains(placeholder.group(1));
                }
            }
        }
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void runbooksLeadToAHeading() {
        for (Map<?, ?> rule : rules) {
            String runbook = String.valueOf(annotations(rule).get("runbook"));
            String[] parts = runbook.split("#", 2);
            assertThat(parts).as(name(rule) + ": " + runbook).hasSize(2);
            Path page = Path.of("docs").resolve(parts[0]);
            assertThat(Page.HOME.resolve(page)).as(name(rule)).isRegularFile();
            assertThat(Page.read(page).anchors()).as(name(rule)).contains(parts[1]);
        }
    }
}
