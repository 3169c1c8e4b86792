package proa.config.text;

import proa.config.TableConfig;

import java.time.Duration;
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
        Optional<Duration> window =
                section.child(Keys.Table.COUNT, Keys.Table.COUNTERS)
                        .flatMap(count -> count.child(Keys.Table.REQUESTS, Keys.Table.COUNTED))
                        .map(requests -> requests.get(Keys.Table.RATE_OVER));
        Duration expire = section.get(Keys.Table.EXPIRE);
        if (window.isPresent() && window.get().compareTo(expire) > 0) {
            section.report()
                    .error(
                            section.path(Keys.Table.EXPIRE),
                            "entries are forgotten after "
                                    + Units.duration(expire)
                                    + ", before the counter's window of "
                                    + Units.duration(window.get())
                                    + " is over",
                            "expire = " + Units.duration(window.get()) + " or more");
        }
        return new TableConfig(
                name, section.get(Keys.Table.KEY), expire, section.get(Keys.Table.ENTRIES), window);
    }
}
