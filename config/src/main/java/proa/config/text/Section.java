package proa.config.text;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.text.Kind.Reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One section of the file while it is read: hands out typed values by {@link Key} and reports what
 * does not fit. A bad or missing value is reported and replaced by a stand-in, so that reading goes
 * on and finds everything.
 */
final class Section {

    private final ConfigObject object;
    private final String path;
    private final Report report;
    private final boolean written;
    private boolean strange;

    private Section(ConfigObject object, String path, Report report, boolean written) {
        this.object = object;
        this.path = path;
        this.report = report;
        this.written = written;
    }

    /** Opens a section; every key that the shape does not have is reported. */
    static Section open(ConfigObject object, String path, Shape shape, Report report) {
        Section section = new Section(object, path, report, true);
        object.keySet().stream()
                .filter(name -> !shape.names().contains(name))
                .forEach(name -> section.unknown(name, shape));
        return section;
    }

    private void unknown(String name, Shape shape) {
        strange = true;
        place(name, value(name));
        Optional<String> suggestion =
                Foreign.replacement(name)
                        .or(() -> Suggest.nearest(name, shape.names()))
                        .or(() -> Optional.of("known here: " + String.join(", ", shape.names())));
        report.error(path(name), "unknown key `" + Kinds.clip(name) + "`", suggestion);
    }

    String path() {
        return path;
    }

    Report report() {
        return report;
    }

    /** The path of a key of this section. */
    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    String path(Key<?> key) {
        return path(key.name());
    }

    boolean has(Key<?> key) {
        return object.containsKey(key.name());
    }

    private ConfigValue value(String name) {
        ConfigValue value = object.get(name);
        if (value == null) {
            throw new IllegalStateException(path(name));
        }
        return value;
    }

    private void place(String name, ConfigValue value) {
        report.place(path(name), value.origin().lineNumber());
    }

    /** The value, or the key's default, or its stand-in after reporting what is wrong. */
    <T> T get(Key<T> key) {
        if (written && !has(key) && key.presence() == Key.Presence.REQUIRED) {
            report.error(path(key), "`" + key.name() + "` is missing", key.meaning());
        }
        return find(key).orElseGet(() -> key.standIn().getFirst());
    }

    /** The value, if it is written and fits. */
    <T> Optional<T> find(Key<T> key) {
        if (!has(key)) {
            return Optional.empty();
        }
        ConfigValue value = value(key.name());
        place(key.name(), value);
        return read(key.kind(), value, path(key));
    }

    /** An item as a scalar. */
    <T> Optional<T> read(Kind<T> kind, Item item) {
        return read(kind, item.value(), item.path());
    }

    private <T> Optional<T> read(Kind<T> kind, ConfigValue value, String where) {
        return switch (kind.read(value)) {
            case Reading.Good<T>(T good) -> Optional.of(good);
            case Reading.Bad<T>(String message, Optional<String> suggestion) -> {
                report.error(where, "`" + last(where) + "`: " + message, suggestion);
                yield Optional.empty();
            }
        };
    }

    private static String last(String where) {
        return where.substring(where.lastIndexOf('.') + 1);
    }

    /** The section below a key, if it is written. */
    Optional<Section> child(Key<ConfigObject> key, Shape shape) {
        return find(key).map(below -> open(below, path(key), shape, report));
    }

    /**
     * The section below a key; when it is not written, an empty one that gives defaults and misses
     * nothing: one mistake, one violation.
     */
    Section childOrEmpty(Key<ConfigObject> key, Shape shape) {
        Optional<Section> below = child(key, shape);
        return below.orElseGet(() -> new Section(get(key), path(key), report, false));
    }

    /** Whether it is in the file. */
    boolean written() {
        return written;
    }

    /** Whether it has a key that is not known, which may be what a missing one was meant to be. */
    boolean strange() {
        return strange;
    }

    /** One named thing or list element. */
    record Item(String name, String path, ConfigValue value) {}

    /** The named things below a key, by name. */
    List<Item> named(Key<ConfigObject> key) {
        return under(key, get(key));
    }

    /** What an object that stands at a key has, by name. */
    List<Item> under(Key<?> key, ConfigObject below) {
        List<Item> items = new ArrayList<>();
        new TreeMap<>(below)
                .forEach(
                        (name, value) -> {
                            String where = path(key) + "." + name;
                            report.place(where, value.origin().lineNumber());
                            checkName(name, where);
                            items.add(new Item(name, where, value));
                        });
        return items;
    }

    private void checkName(String name, String where) {
        String shape = "[A-Za-z0-9][A-Za-z0-9_-]{0,62}";
        if (!name.matches(shape)) {
            report.error(
                    where,
                    "\"" + Kinds.clip(name) + "\" cannot be a name",
                    "letters, digits, `_` and `-`, 1 to 63 characters, the first a letter or"
                            + " digit");
        }
    }

    /** The elements of a list. */
    List<Item> items(Key<ConfigList> key) {
        return find(key).map(list -> elements(list, path(key))).orElse(List.of());
    }

    private List<Item> elements(List<ConfigValue> list, String where) {
        List<Item> items = new ArrayList<>();
        for (int at = 0; at < list.size(); at++) {
            ConfigValue value = list.get(at);
            String element = where + "[" + at + "]";
            report.place(element, value.origin().lineNumber());
            items.add(new Item("", element, value));
        }
        return items;
    }

    /**
     * The elements of a list that are scalars of one kind; a single value stands for a list of one.
     */
    <T> List<T> all(Key<ConfigValue> key, Kind<T> kind) {
        return find(key).map(value -> all(new Item("", path(key), value), kind)).orElse(List.of());
    }

    /**
     * Likewise, of a list that names something if it is written at all: an empty one would say what
     * none says, which may be the opposite of what was meant.
     *
     * @param thing what it names
     */
    <T> List<T> some(Key<ConfigValue> key, Kind<T> kind, String thing, String suggestion) {
        if (find(key).filter(Section::isEmptyList).isPresent()) {
            report.error(path(key), "`" + key.name() + "` names no " + thing, suggestion);
        }
        return all(key, kind);
    }

    private static boolean isEmptyList(ConfigValue value) {
        return value instanceof ConfigList list && list.isEmpty();
    }

    /** Likewise, of an item. */
    <T> List<T> all(Item item, Kind<T> kind) {
        List<Item> items =
                item.value() instanceof ConfigList list
                        ? elements(list, item.path())
                        : List.of(item);
        return items.stream().flatMap(each -> read(kind, each).stream()).toList();
    }

    /** An item as a section. */
    Optional<Section> open(Item item, Shape shape) {
        if (item.value() instanceof ConfigObject below) {
            return Optional.of(open(below, item.path(), shape, report));
        }
        report.error(item.path(), Kinds.shown(item.value()) + " cannot stand here", "{ … }");
        return Optional.empty();
    }
}
