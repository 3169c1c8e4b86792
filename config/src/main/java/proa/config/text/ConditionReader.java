package proa.config.text;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

import proa.config.Condition;
import proa.config.Network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads conditions; named ones are replaced by what they name, wherever they are used. */
final class ConditionReader {

    /**
     * Stands in for a condition after its violation: no rule must look unconditional because of a
     * typing error.
     */
    static final Condition BROKEN = new Condition.Any(List.of());

    /** A chain of names longer than this is refused before it can exhaust a stack. */
    private static final int NAMES_MAX = 64;

    private final Report report;
    private final Map<String, Section.Item> named = new HashMap<>();
    private final Map<String, Condition> read = new HashMap<>();
    private final Set<String> reading = new LinkedHashSet<>();
    private final Set<String> used = new LinkedHashSet<>();

    private ConditionReader(Report report) {
        this.report = report;
    }

    /** Reads every named condition, so that one that nobody uses is checked too. */
    static ConditionReader of(Section file) {
        ConditionReader reader = new ConditionReader(file.report());
        file.named(Keys.File.CONDITIONS).forEach(item -> reader.named.put(item.name(), item));
        reader.named.values().stream()
                .sorted(java.util.Comparator.comparing(Section.Item::name))
                .forEach(reader::resolve);
        return reader;
    }

    /** Names that rules, routes or other conditions call. */
    Set<String> used() {
        return used;
    }

    Set<String> names() {
        return named.keySet();
    }

    /** The condition of a rule or route; {@link Condition.Always} when none is written. */
    Condition when(Section section) {
        return section.find(FrontendKeys.Rule.WHEN)
                .map(value -> condition(value, section.path(FrontendKeys.Rule.WHEN)))
                .orElseGet(
                        () ->
                                section.has(FrontendKeys.Rule.WHEN)
                                        ? BROKEN
                                        : new Condition.Always());
    }

    private Condition resolve(Section.Item item) {
        Condition known = read.get(item.name());
        if (known != null) {
            return known;
        }
        if (!reading.add(item.name()) || reading.size() > NAMES_MAX) {
            report.error(
                    item.path(),
                    "condition " + item.name() + " is defined by itself",
                    String.join(" → ", reading));
            return BROKEN;
        }
        Condition condition = condition(item.value(), item.path());
        reading.remove(item.name());
        read.put(item.name(), condition);
        return condition;
    }

    private Condition condition(ConfigValue value, String path) {
        report.place(path, value.origin().lineNumber());
        return switch (value) {
            case ConfigObject object ->
                    test(Section.open(object, path, FrontendKeys.Test.SHAPE, report));
            case ConfigList list -> new Condition.All(elements(list, path));
            default -> byName(value, path);
        };
    }

    private List<Condition> elements(ConfigList list, String path) {
        if (list.isEmpty()) {
            report.error(path, "an empty list of conditions", "name at least one");
        }
        List<Condition> conditions = new ArrayList<>();
        for (int at = 0; at < list.size(); at++) {
            conditions.add(condition(list.get(at), path + "[" + at + "]"));
        }
        return conditions;
    }

    private Condition byName(ConfigValue value, String path) {
        String name = Kinds.written(value);
        Section.Item item = named.get(name);
        if (value.valueType() == ConfigValueType.STRING && item != null) {
            used.add(name);
            return resolve(item);
        }
        report.error(
                path,
                "no condition is named " + Kinds.shown(value),
                Suggest.nearest(name, named.keySet())
                        .or(() -> Optional.of("define it in `conditions { … }`")));
        return BROKEN;
    }

    private Condition test(Section section) {
        List<Condition> tests =
                Stream.of(
                                lists(section),
                                texts(section),
                                section.has(FrontendKeys.Test.SRC)
                                        ? List.of(source(section))
                                        : List.<Condition>of(),
                                LimitReader.comparison(section),
                                TestReader.tests(section))
                        .flatMap(List::stream)
                        .toList();
        if (tests.isEmpty() && section.strange()) {
            return BROKEN;
        }
        if (tests.size() != 1) {
            section.report()
                    .error(
                            section.path(),
                            tests.isEmpty()
                                    ? "the condition tests nothing"
                                    : "a condition is a single test, these are " + tests.size(),
                            tests.isEmpty()
                                    ? "{ path-prefix = \"/api\" }"
                                    : "all = [ { … }, { … } ]");
            return BROKEN;
        }
        return tests.getFirst();
    }

    private List<Condition> lists(Section section) {
        List<Condition> found = new ArrayList<>();
        list(section, FrontendKeys.Test.ALL).ifPresent(of -> found.add(new Condition.All(of)));
        list(section, FrontendKeys.Test.ANY).ifPresent(of -> found.add(new Condition.Any(of)));
        list(section, FrontendKeys.Test.NONE).ifPresent(of -> found.add(new Condition.None(of)));
        return found;
    }

    private Optional<List<Condition>> list(Section section, Key<ConfigList> key) {
        return section.has(key)
                ? Optional.of(
                        section.find(key)
                                .map(list -> elements(list, section.path(key)))
                                .orElse(List.of()))
                : Optional.empty();
    }

    private static List<Condition> texts(Section section) {
        List<Condition> found = new ArrayList<>();
        text(section, FrontendKeys.Test.PATH_PREFIX)
                .ifPresent(text -> found.add(new Condition.PathPrefix(text)));
        text(section, FrontendKeys.Test.PATH)
                .ifPresent(text -> found.add(new Condition.Path(text)));
        text(section, FrontendKeys.Test.HOST)
                .ifPresent(text -> found.add(new Condition.Host(text)));
        text(section, FrontendKeys.Test.METHOD)
                .ifPresent(text -> found.add(new Condition.Method(text)));
        text(section, FrontendKeys.Test.SNI)
                .ifPresent(name -> found.add(new Condition.ServerName(name)));
        return found;
    }

    /**
     * A text that is written counts as a test even when it is bad, so that one mistake gives one
     * violation.
     */
    static Optional<String> text(Section section, Key<String> key) {
        return section.has(key) ? Optional.of(section.find(key).orElse("/")) : Optional.empty();
    }

    private static Condition source(Section section) {
        return new Condition.Source(networks(section, FrontendKeys.Test.SRC));
    }

    /** Those of a test: of none no address could be. */
    static List<Network> networks(Section section, Key<ConfigValue> key) {
        return section.some(key, Kinds.network(), "network", key.name() + " = [\"10.0.0.0/8\"]");
    }
}
