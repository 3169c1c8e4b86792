package proa.node.haproxy;

import proa.node.admin.Answer;
import proa.node.admin.Level;
import proa.node.admin.Together;
import proa.node.haproxy.Figures.Row;
import proa.node.haproxy.Figures.Table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code show table} and {@code clear table}; part of {@link Commands}. */
final class TableCommands {

    /** Most entries of one answer: some hundred kilobytes of text. */
    static final int ROWS_MAX = 10_000;

    /** As many conditions as HAProxy takes. */
    private static final int FILTERS_MAX = 4;

    private static final int WORDS_WITH_KEY = 5;
    private static final int FIRST_FILTER = 3;
    private static final int FILTER_WORDS = 3;
    private static final String DATA = "data.";

    private final Figures figures;
    private final Together together;

    TableCommands(Figures figures, Together together) {
        this.figures = figures;
        this.together = together;
    }

    String show(List<String> words) {
        String only = Commands.word(words, 2);
        List<Table> tables =
                figures.tables().stream()
                        .filter(each -> only.isEmpty() || only.equals(each.name()))
                        .toList();
        if (only.isEmpty()) {
            StringBuilder heads = new StringBuilder();
            tables.forEach(each -> heads.append(head(each)));
            return heads.toString();
        }
        if (tables.isEmpty()) {
            return "No such table\n";
        }
        try {
            return hasKey(words)
                    ? entry(tables.getFirst(), words.getLast())
                    : entries(tables.getFirst(), Filter.of(words, tables.getFirst()));
        } catch (IllegalArgumentException wrong) {
            return wrong.getMessage() + "\n";
        }
    }

    private static String head(Table table) {
        return "# table: %s, type: %s, size:%d, used:%d\n"
                .formatted(table.name(), table.type(), table.size(), table.used());
    }

    private static boolean hasKey(List<String> words) {
        return words.size() == WORDS_WITH_KEY && words.get(3).equals("key");
    }

    /** Nothing, not even the head, where there is no entry: so does HAProxy. */
    private String entry(Table table, String key) {
        return figures.row(table.name(), key).map(row -> head(table) + line(row)).orElse("");
    }

    private String entries(Table table, List<Filter> filters) {
        List<Row> rows = new ArrayList<>();
        figures.rows(
                table.name(),
                row -> {
                    if (filters.stream().allMatch(filter -> filter.holds(row.data()))) {
                        rows.add(row);
                    }
                    return rows.size() <= ROWS_MAX;
                });
        StringBuilder out = new StringBuilder(head(table));
        rows.stream().limit(ROWS_MAX).forEach(row -> out.append(line(row)));
        if (rows.size() > ROWS_MAX) {
            out.append("# limit: there are more than ").append(ROWS_MAX).append("; filter them\n");
        }
        return out.toString();
    }

    /**
     * In HAProxy's form. What comes first there, an address in its memory, is here one of nothing;
     * an entry is never in use by somebody who could be waited for.
     */
    private static String line(Row row) {
        StringBuilder line =
                new StringBuilder(
                        "0x0: key=%s use=0 exp=%d".formatted(row.key(), row.expireMillis()));
        if (!row.server().isEmpty()) {
            line.append(
                    " server_id=%s server_key=%s"
                            .formatted(number(row.data(), SERVER_ID), row.server()));
        }
        row.data()
                .forEach(
                        (name, value) -> {
                            if (!name.equals(SERVER_ID)) {
                                line.append(' ').append(name).append('=').append(value);
                            }
                        });
        return line.append('\n').toString();
    }

    private static final String SERVER_ID = "server_id";

    private static long number(Map<String, Long> data, String type) {
        return data.entrySet().stream()
                .filter(each -> Row.type(each.getKey()).equals(type))
                .mapToLong(Map.Entry::getValue)
                .findFirst()
                .orElse(0);
    }

    /** {@code data.<type> <operator> <value>}; its messages are HAProxy's. */
    private record Filter(String type, String operator, long value) {

        static List<Filter> of(List<String> words, Table table) {
            List<Filter> filters = new ArrayList<>();
            for (int at = FIRST_FILTER; at < words.size(); at += FILTER_WORDS) {
                filters.add(one(words, at, filters.size() + 1, table));
            }
            if (filters.size() > FILTERS_MAX) {
                throw new IllegalArgumentException("At most " + FILTERS_MAX + " filters");
            }
            return filters;
        }

        private static Filter one(List<String> words, int at, int number, Table table) {
            if (!words.get(at).startsWith(DATA)) {
                throw new IllegalArgumentException(
                        "Optional argument only supports \"data.<store_data_type>\" <operator>"
                                + " <value> and key <key>");
            }
            String type = words.get(at).substring(DATA.length());
            String before = "Filter entry #" + number + ": ";
            if (!table.data().contains(type)) {
                throw new IllegalArgumentException(
                        before
                                + "Data type not stored in this table (it has "
                                + String.join(", ", table.data())
                                + ")");
            }
            String operator = Commands.word(words, at + 1);
            if (!List.of("eq", "ne", "le", "ge", "lt", "gt").contains(operator)) {
                throw new IllegalArgumentException(
                        before
                                + "Require and operator among \"eq\", \"ne\", \"le\", \"ge\","
                                + " \"lt\", \"gt\"");
            }
            String value = Commands.word(words, at + 2);
            if (!value.matches("-?\\d{1,18}")) {
                throw new IllegalArgumentException(
                        before + "Require a valid integer value to compare against");
            }
            return new Filter(type, operator, Long.parseLong(value));
        }

        boolean holds(Map<String, Long> data) {
            int is = Long.compare(number(data, type), value);
            return switch (operator) {
                case "eq" -> is == 0;
                case "ne" -> is != 0;
                case "le" -> is <= 0;
                case "ge" -> is >= 0;
                case "lt" -> is < 0;
                default -> is > 0;
            };
        }
    }

    String clear(List<String> words, Level level, String by) {
        if (!level.includes(Level.OPERATE)) {
            return Commands.DENIED;
        }
        String name = Commands.word(words, 2);
        Table table =
                figures.tables().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElse(null);
        if (table == null) {
            return name.isEmpty()
                    ? "\"<table>\" argument expected\n"
                    : together.entry(name, "").document().get("error") + "\n";
        }
        try {
            Answer answer = clear(table, words, by);
            return answer.status() == Answer.OK ? "" : answer.document().get("error") + "\n";
        } catch (IllegalArgumentException wrong) {
            return wrong.getMessage() + "\n";
        }
    }

    /** One key, those that all filters hold for, or without any all. */
    private Answer clear(Table table, List<String> words, String by) {
        if (hasKey(words)) {
            return together.clear(table.name(), words.getLast(), by);
        }
        List<Filter> filters = Filter.of(words, table);
        return together.clear(
                table.name(), data -> filters.stream().allMatch(filter -> filter.holds(data)), by);
    }
}
