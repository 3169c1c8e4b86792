package proa.config.text;

import com.typesafe.config.ConfigValue;

import proa.config.LogConfig.Field;
import proa.config.LogConfig.Piece;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads lines of an access log in an operator's own form. */
final class LogTemplates {

    private static final String OPEN = "%{";
    private static final String HEADER = "header:";

    private static final Map<String, Field> FIELDS =
            Stream.of(Field.values())
                    .collect(Collectors.toUnmodifiableMap(Field::word, each -> each));

    private LogTemplates() {}

    static Kind<List<Piece>> kind() {
        Kind<String> text = Kinds.text();
        return new Kind<>() {
            @Override
            public Reading<List<Piece>> read(ConfigValue value) {
                return switch (text.read(value)) {
                    case Reading.Good<String>(String line) -> pieces(line);
                    case Reading.Bad<String>(String message, Optional<String> suggestion) ->
                            new Reading.Bad<>(message, suggestion);
                };
            }

            @Override
            public String form() {
                return "template of a line";
            }
        };
    }

    private static Kind.Reading<List<Piece>> pieces(String line) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        for (int open = line.indexOf(OPEN); open >= 0; open = line.indexOf(OPEN, at)) {
            int close = line.indexOf('}', open);
            String name = line.substring(open + 2, close < 0 ? line.length() : close);
            Optional<Piece> piece = close < 0 ? Optional.empty() : piece(name);
            if (piece.isEmpty()) {
                return unknown(name);
            }
            if (open > at) {
                pieces.add(new Piece.Literal(line.substring(at, open)));
            }
            pieces.add(piece.get());
            at = close + 1;
        }
        if (at < line.length()) {
            pieces.add(new Piece.Literal(line.substring(at)));
        }
        return new Kind.Reading.Good<>(pieces);
    }

    private static Optional<Piece> piece(String name) {
        if (name.startsWith(HEADER)) {
            String field = name.substring(HEADER.length());
            return field.matches("[!#$&'*+.^_`|~0-9A-Za-z-]{1,128}")
                    ? Optional.of(new Piece.Header(field))
                    : Optional.empty();
        }
        return Optional.ofNullable(FIELDS.get(name)).map(Piece.Value::new);
    }

    private static Kind.Reading<List<Piece>> unknown(String name) {
        List<String> known = FIELDS.keySet().stream().sorted().toList();
        return new Kind.Reading.Bad<>(
                "a line has no value named %{" + Kinds.clip(name) + "}",
                Suggest.nearest(name, known)
                        .or(() -> Optional.of("known: header:NAME, " + String.join(", ", known))));
    }
}
