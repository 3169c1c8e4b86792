package proa.config.text;

import proa.config.Template;
import proa.config.Template.Part;
import proa.config.Template.Variable;
import proa.config.text.Kind.Reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads texts with {@code %{…}} in them. */
final class Templates {

    private static final int CHARACTERS_MAX = 4096;
    private static final String OPEN = "%{";

    /** Those that want a name behind a colon. */
    private static final List<Variable> NAMED =
            List.of(Variable.HEADER, Variable.COOKIE, Variable.PARAMETER);

    private static final Map<String, Variable> VARIABLES =
            Stream.of(Variable.values())
                    .collect(Collectors.toUnmodifiableMap(Templates::written, each -> each));

    private Templates() {}

    private static String written(Variable variable) {
        String name = variable.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return NAMED.contains(variable) ? name + ":NAME" : name;
    }

    static Reading<Template> read(String text) {
        if (text.length() > CHARACTERS_MAX || text.chars().anyMatch(Character::isISOControl)) {
            return Reading.bad(
                    "\"" + Kinds.clip(text) + "\" cannot stand here",
                    "printable text of at most " + CHARACTERS_MAX + " characters, on one line");
        }
        List<Part> parts = new ArrayList<>();
        int at = 0;
        for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
            int close = text.indexOf('}', open);
            if (close < 0) {
                return Reading.bad(
                        "\"" + Kinds.clip(text) + "\" has a %{ without }", "close it: %{src}");
            }
            String name = text.substring(open + OPEN.length(), close);
            Optional<Part> value = value(name);
            if (value.isEmpty()) {
                return unknown(name);
            }
            literal(text, at, open, parts);
            parts.add(value.get());
            at = close + 1;
        }
        literal(text, at, text.length(), parts);
        return new Reading.Good<>(new Template(parts));
    }

    private static void literal(String text, int from, int to, List<Part> parts) {
        if (to > from) {
            parts.add(new Part.Literal(text.substring(from, to)));
        }
    }

    private static Optional<Part> value(String name) {
        int colon = name.indexOf(':');
        if (colon < 0) {
            return Optional.ofNullable(VARIABLES.get(name)).map(of -> new Part.Value(of, ""));
        }
        String argument = name.substring(colon + 1);
        return argument.matches("[!#$&'*+.^_`|~0-9A-Za-z-]{1,128}")
                ? Optional.ofNullable(VARIABLES.get(name.substring(0, colon) + ":NAME"))
                        .map(of -> new Part.Value(of, argument))
                : Optional.empty();
    }

    private static Reading<Template> unknown(String name) {
        List<String> known = VARIABLES.keySet().stream().sorted().toList();
        return new Reading.Bad<>(
                "no value is named %{" + Kinds.clip(name) + "}",
                Suggest.nearest(name, known)
                        .or(() -> Optional.of("known: " + String.join(", ", known))));
    }
}
