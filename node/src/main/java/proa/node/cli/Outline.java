package proa.node.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A document for the eye: an outline, where a list of like things becomes a table. It knows nothing
 * of what is in the document, so that a new fact shows without a change here.
 */
final class Outline {

    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();

    private Outline() {}

    static String of(Object document) {
        Outline outline = new Outline();
        outline.value(document, INDENT);
        return outline.out.toString();
    }

    private void value(Object value, String indent) {
        switch (value) {
            case Map<?, ?> map ->
                    map.forEach((key, each) -> member(String.valueOf(key), each, indent));
            case List<?> list when isTable(list) -> table(list, indent);
            case List<?> list -> list.forEach(each -> value(each, indent));
            default -> line(indent, cell(value));
        }
    }

    private void member(String key, Object value, String indent) {
        if (isFlat(value)) {
            line(indent, key + ": " + cell(value));
        } else {
            line(indent, key);
            value(value, indent + INDENT);
        }
    }

    private static boolean isFlat(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.isEmpty();
            case List<?> list ->
                    list.stream()
                            .allMatch(each -> !(each instanceof Map) && !(each instanceof List));
            default -> true;
        };
    }

    private static boolean isTable(List<?> list) {
        return !list.isEmpty()
                && list.stream()
                        .allMatch(
                                each ->
                                        each instanceof Map<?, ?> row
                                                && row.values().stream().allMatch(Outline::isFlat));
    }

    private void table(List<?> list, String indent) {
        Set<String> columns = new LinkedHashSet<>();
        list.forEach(
                each ->
                        ((Map<?, ?>) each)
                                .keySet()
                                .forEach(key -> columns.add(String.valueOf(key))));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.copyOf(columns));
        for (Object each : list) {
            Map<?, ?> row = (Map<?, ?>) each;
            rows.add(
                    columns.stream()
                            .map(column -> row.containsKey(column) ? cell(row.get(column)) : "-")
                            .toList());
        }
        rows.forEach(row -> line(indent, aligned(row, rows)));
    }

    private static String aligned(List<String> row, List<List<String>> rows) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            int at = column;
            int width = rows.stream().mapToInt(each -> each.get(at).length()).max().orElse(0);
            line.append(row.get(column)).repeat(' ', width - row.get(column).length() + 2);
        }
        return line.toString();
    }

    private static String cell(Object value) {
        return switch (value) {
            case List<?> list ->
                    list.isEmpty()
                            ? "-"
                            : list.stream().map(String::valueOf).collect(Collectors.joining(", "));
            case Map<?, ?> map -> map.isEmpty() ? "-" : map.toString();
            default -> value.toString().isEmpty() ? "-" : value.toString();
        };
    }

    private void line(String indent, String text) {
        out.append(indent).append(text.stripTrailing()).append('\n');
    }
}
