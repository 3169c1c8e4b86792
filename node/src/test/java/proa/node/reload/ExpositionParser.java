package proa.node.reload;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text format of Prometheus, version 0.0.4, strictly: every sample belongs to the family
 * announced before it, nothing comes twice, histograms only grow and end with {@code +Inf}.
 */
final class ExpositionParser {

    private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+");
    private static final Pattern TYPE =
            Pattern.compile(
                    "# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{((?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]"
                            + "|\\\\[\\\\\"n])*\",?)*)\\})? (\\S+)");

    final Map<String, String> types = new LinkedHashMap<>();
    final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> helped = new HashSet<>();
    private final Map<String, Double> lastBuckets = new HashMap<>();
    private String family = "";

    private ExpositionParser() {}

    static ExpositionParser of(String text) {
        ExpositionParser parser = new ExpositionParser();
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line has no end");
        }
        text.lines().forEach(parser::line);
        return parser;
    }

    private void line(String line) {
        Matcher help = HELP.matcher(line);
        Matcher type = TYPE.matcher(line);
        if (help.matches()) {
            require(helped.add(help.group(1)), "two helps", line);
        } else if (type.matches()) {
            family = type.group(1);
            require(types.put(family, type.group(2)) == null, "announced twice", line);
        } else {
            sample(line);
        }
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        require(sample.matches(), "no sample", line);
        String name = sample.group(1);
        String type = types.getOrDefault(family, "untyped");
        boolean part =
                type.equals("histogram")
                        ? name.matches(Pattern.quote(family) + "_(bucket|sum|count|max)")
                        : type.equals("summary")
                                ? name.matches(Pattern.quote(family) + "(_sum|_count|_max)?")
                                : name.equals(family);
        require(part, "not of " + family, line);
        double value = value(sample.group(3));
        String labels = sample.group(2) == null ? "" : sample.group(2);
        require(samples.put(name + "{" + labels + "}", value) == null, "twice", line);
        if (name.equals(family + "_bucket")) {
            String series = name + labels.replaceAll(",?le=\"[^\"]*\"", "");
            require(lastBuckets.getOrDefault(series, 0.0) <= value, "buckets shrink", line);
            lastBuckets.put(series, value);
        }
        if (type.equals("counter")) {
            require(value >= 0 && name.endsWith("_total"), "no counter", line);
        }
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static void require(boolean holds, String what, String line) {
        if (!holds) {
            throw new AssertionError(what + ": " + line);
        }
    }

    /** The value of one series, its labels as exposed. */
    double value(String name, String labels) {
        Double value = samples.get(name + "{" + labels + "}");
        if (value == null) {
            throw new AssertionError("no " + name + "{" + labels + "}");
        }
        return value;
    }
}
