package proa.node.haproxy;

import proa.node.admin.Answer;
import proa.node.admin.Level;
import proa.node.admin.Together;

import java.util.List;
import java.util.Map;

/** {@code show table} and {@code clear table}; part of {@link Commands}. */
final class TableCommands {

    private static final int WORDS_WITH_KEY = 5;

    private final Figures figures;
    private final Together together;

    TableCommands(Figures figures, Together together) {
        this.figures = figures;
        this.together = together;
    }

    String show(List<String> words) {
        String only = Commands.word(words, 2);
        StringBuilder out = new StringBuilder();
        for (Figures.Table table : figures.tables()) {
            if (only.isEmpty() || only.equals(table.name())) {
                out.append("# table: ")
                        .append(table.name())
                        .append(", type: ")
                        .append(table.type())
                        .append(", size:")
                        .append(table.size())
                        .append(", used:")
                        .append(table.used())
                        .append('\n');
            }
        }
        if (out.isEmpty() && !only.isEmpty()) {
            return "No such table\n";
        }
        if (words.size() <= 3) {
            return out.toString();
        }
        return hasKey(words)
                ? entry(out.toString(), together.entry(only, words.getLast()))
                : "Of entries, those of one key are shown: show table <table> key <key>\n";
    }

    private static boolean hasKey(List<String> words) {
        return words.size() == WORDS_WITH_KEY && words.get(3).equals("key");
    }

    /** In HAProxy's form; the address in its memory, which comes first there, is nobody's. */
    private static String entry(String head, Answer answer) {
        if (answer.status() != Answer.OK) {
            return answer.document().get("error") + "\n";
        }
        Map<String, Object> found = answer.document();
        if (!Boolean.TRUE.equals(found.get("found"))) {
            return head;
        }
        StringBuilder line = new StringBuilder("0x0: key=").append(found.get("key"));
        if (found.containsKey("server")) {
            line.append(" server_name=").append(found.get("server"));
        }
        if (found.get("counters") instanceof List<?> counters) {
            counters.forEach(each -> line.append(counter((Map<?, ?>) each)));
        }
        return head + line + "\n";
    }

    private static String counter(Map<?, ?> counter) {
        Object name = counter.get("name");
        return " %s_cnt=%s %s_rate=%s %s_cur=%s"
                .formatted(
                        name,
                        counter.get("total"),
                        name,
                        counter.get("rate"),
                        name,
                        counter.get("current"));
    }

    String clear(List<String> words, Level level, String by) {
        if (!level.includes(Level.OPERATE)) {
            return Commands.DENIED;
        }
        if (!hasKey(words)) {
            return "usage: clear table <table> key <key>\n";
        }
        Answer answer = together.clear(words.get(2), words.getLast(), by);
        return answer.status() == Answer.OK ? "" : answer.document().get("error") + "\n";
    }
}
