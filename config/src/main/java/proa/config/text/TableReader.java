package proa.config.text;

import proa.config.TableConfig;
import proa.config.TableConfig.Counter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Reads {@code tables}. */
final class TableReader {

    private TableReader() {}

    static List<TableConfig> read(Section file) {
        return file.named(Keys.File.TABLES).stream()
                .flatMap(
                        item ->
                                file
                                        .open(item, Keys.Table.SHAPE)
                                        .map(section -> table(item.name(), section))
                                        .stream())
                .toList();
    }

    private static TableConfig table(String name, Section section) {
        Duration expire = section.get(Keys.Table.EXPIRE);
        List<Counter> counters = counters(section, expire);
        List<String> tags = tags(section, counters);
        return new TableConfig(
                name,
                section.get(LimitKeys.Table.KEY),
                prefix(section),
                expire,
                section.get(Keys.Table.ENTRIES),
                counters,
                tags);
    }

    private static TableConfig.Prefix prefix(Section section) {
        boolean network = section.get(LimitKeys.Table.KEY) == TableConfig.Key.NETWORK;
        for (Key<Integer> key : List.of(LimitKeys.Table.IPV4_PREFIX, LimitKeys.Table.IPV6_PREFIX)) {
            if (!network && section.has(key)) {
                section.report()
                        .conflict(
                                section.path(key),
                                "`" + key.name() + "` needs `key = network`",
                                "key = network");
            }
        }
        return new TableConfig.Prefix(
                section.get(LimitKeys.Table.IPV4_PREFIX), section.get(LimitKeys.Table.IPV6_PREFIX));
    }

    /** Those that count by themselves come first, then the others by name: on every node alike. */
    private static List<Counter> counters(Section section, Duration expire) {
        List<Counter> known = new ArrayList<>();
        List<Counter> own = new ArrayList<>();
        for (Section.Item item : section.named(LimitKeys.Table.COUNT)) {
            section.open(item, LimitKeys.Table.COUNTED)
                    .map(counted -> counter(item.name(), counted, expire))
                    .ifPresent(
                            counter ->
                                    (Counter.KNOWN.contains(counter.name()) ? known : own)
                                            .add(counter));
        }
        known.sort(
                java.util.Comparator.comparingInt(
                        counter -> Counter.KNOWN.indexOf(counter.name())));
        known.addAll(own);
        return limited(known, section, LimitKeys.Table.COUNT);
    }

    private static Counter counter(String name, Section section, Duration expire) {
        Optional<Duration> window = section.find(LimitKeys.Table.RATE_OVER);
        boolean total = section.get(LimitKeys.Table.TOTAL);
        boolean current = section.get(LimitKeys.Table.CURRENT);
        if (window.isPresent() && window.get().compareTo(expire) > 0) {
            section.report()
                    .error(
                            section.path(LimitKeys.Table.RATE_OVER),
                            "entries are forgotten after "
                                    + Units.duration(expire)
                                    + ", before the counter's window of "
                                    + Units.duration(window.get())
                                    + " is over",
                            "expire = " + Units.duration(window.get()) + " or more");
        }
        if (current && !name.equals(Counter.CONNECTIONS)) {
            section.report()
                    .error(
                            section.path(LimitKeys.Table.CURRENT),
                            "only connections end: `current` counts them",
                            "total = true");
        }
        boolean broken = section.has(LimitKeys.Table.RATE_OVER) || section.strange();
        if (window.isEmpty() && !total && !current && !broken) {
            section.report()
                    .error(
                            section.path(),
                            "counter " + name + " keeps nothing",
                            "rate-over = 10s, or total = true");
        }
        boolean nothing = window.isEmpty() && !total && !current;
        return new Counter(name, window, total || nothing, current);
    }

    private static List<String> tags(Section section, List<Counter> counters) {
        List<String> tags = section.all(LimitKeys.Table.TAGS, Kinds.name());
        String where = section.path(LimitKeys.Table.TAGS);
        if (new HashSet<>(tags).size() < tags.size()) {
            section.report().error(where, "a tag is there twice", "each name once");
        }
        counters.stream()
                .map(Counter::name)
                .filter(tags::contains)
                .forEach(
                        name ->
                                section.report()
                                        .error(
                                                where,
                                                name + " is a counter of this table",
                                                "another name for the tag"));
        return limited(tags, section, LimitKeys.Table.TAGS);
    }

    private static <T> List<T> limited(List<T> all, Section section, Key<?> key) {
        if (all.size() > TableConfig.COUNTERS_MAX) {
            section.report()
                    .error(
                            section.path(key),
                            all.size() + " in one table",
                            "at most " + TableConfig.COUNTERS_MAX);
            return all.subList(0, TableConfig.COUNTERS_MAX);
        }
        return all;
    }
}
