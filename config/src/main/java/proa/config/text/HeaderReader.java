package proa.config.text;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.FrontendConfig.Side;
import proa.config.HeaderEdit;
import proa.config.Template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what rules do to header fields. Fields that frame a message or belong to one hop cannot be
 * touched: two readers of one message could then see its end at different places.
 */
final class HeaderReader {

    private static final Set<String> OF_ONE_HOP =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "http2-settings",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    /** Fields with a key of their own in a frontend. */
    private static final Set<String> FORWARDED = Set.of("forwarded", "x-forwarded-for");

    private final Section section;
    private final Side side;
    private final List<HeaderEdit> edits = new ArrayList<>();

    private HeaderReader(Section section, Side side) {
        this.section = section;
        this.side = side;
    }

    static List<HeaderEdit> edits(Section section, Side side) {
        HeaderReader reader = new HeaderReader(section, side);
        boolean request = side == Side.REQUEST;
        reader.set(request ? RuleKeys.Action.SET_REQUEST : RuleKeys.Action.SET_RESPONSE);
        reader.add(request ? RuleKeys.Action.ADD_REQUEST : RuleKeys.Action.ADD_RESPONSE);
        reader.remove(request ? RuleKeys.Action.REMOVE_REQUEST : RuleKeys.Action.REMOVE_RESPONSE);
        reader.replace(
                request ? RuleKeys.Action.REPLACE_REQUEST : RuleKeys.Action.REPLACE_RESPONSE);
        return reader.edits;
    }

    /** Whether a field of requests has a meaning that nothing else may be put in the place of. */
    static boolean isTaken(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return OF_ONE_HOP.contains(lower) || FORWARDED.contains(lower) || lower.equals("host");
    }

    private void set(Key<ConfigObject> key) {
        for (Section.Item item : items(key)) {
            check(item.name(), item.path(), true);
            value(item).ifPresent(to -> edits.add(new HeaderEdit.Set(item.name(), to)));
        }
    }

    private void add(Key<ConfigObject> key) {
        for (Section.Item item : items(key)) {
            check(item.name(), item.path(), false);
            value(item).ifPresent(to -> edits.add(new HeaderEdit.Add(item.name(), to)));
        }
    }

    private void remove(Key<ConfigValue> key) {
        if (section.has(key)) {
            List<String> names = section.all(key, Kinds.token());
            names.forEach(name -> check(name, section.path(key), false));
            names.forEach(name -> edits.add(new HeaderEdit.Remove(name)));
            if (names.isEmpty()) {
                nothing(section.path(key));
            }
        }
    }

    private void replace(Key<ConfigObject> key) {
        for (Section.Item item : items(key)) {
            check(item.name(), item.path(), false);
            section.open(item, RuleKeys.Replace.SHAPE).ifPresent(of -> replacing(item.name(), of));
        }
    }

    private void replacing(String name, Section of) {
        String pattern = of.get(RuleKeys.Replace.MATCH);
        String with = of.get(RuleKeys.Replace.WITH);
        RuleReader.groups(of, pattern, with);
        edits.add(new HeaderEdit.Replace(name, pattern, with));
    }

    private List<Section.Item> items(Key<ConfigObject> key) {
        if (!section.has(key)) {
            return List.of();
        }
        List<Section.Item> items = section.named(key);
        if (items.isEmpty()) {
            nothing(section.path(key));
        }
        return items;
    }

    private void nothing(String path) {
        section.report().conflict(path, "names no header", "{ X-Name = value }");
    }

    private Optional<Template> value(Section.Item item) {
        return section.read(RuleKinds.template(), item);
    }

    private void check(String name, String path, boolean set) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (OF_ONE_HOP.contains(lower)) {
            section.report()
                    .error(
                            path,
                            "`"
                                    + name
                                    + "` frames messages or belongs to one hop: no rule can"
                                    + " change it",
                            "remove it");
        } else if (side == Side.REQUEST && FORWARDED.contains(lower)) {
            section.report()
                    .error(
                            path,
                            "`" + name + "` is made by the frontend's `forwarded`",
                            "forwarded = [" + lower + "] in the frontend");
        } else if (side == Side.REQUEST && lower.equals("host") && !set) {
            section.report()
                    .error(path, "a request has one `Host`", "set-request-header { Host = \"…\" }");
        }
    }
}
