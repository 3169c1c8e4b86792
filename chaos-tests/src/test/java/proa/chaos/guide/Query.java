package proa.chaos.guide;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of PromQL asks for. It knows the part of the language that the alert rules
 * use, and refuses the rest.
 *
 * @param selectors in the order of the text
 * @param by what each aggregation keeps
 * @param on what vectors are matched by, where that is said
 * @param left what the vector behind a {@code group_left} adds to the labels of the one before it
 */
record Query(
        List<Selector> selectors, List<Set<String>> by, List<Set<String>> on, Set<String> left) {

    /**
     * A metric that is asked for.
     *
     * @param labels those that it is chosen by
     * @param function that it is given to, or empty
     * @param adds what it adds to the labels of another vector, which keeps its own
     */
    record Selector(
            String metric, Set<String> labels, String function, Optional<Set<String>> adds) {}

    private static final Set<String> FUNCTIONS = Set.of("rate", "changes", "time");
    private static final Set<String> RANGED = Set.of("rate", "changes");
    private static final Set<String> LABEL_LISTS = Set.of("by", "on", "group_left");
    private static final Set<String> OPERATORS = Set.of("and", "or");

    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:(?<word>[a-zA-Z_]\\w*)|(?<text>\"[^\"\\\\]*\")|(?<range>\\[\\d+[smhd]])"
                        + "|(?<number>\\d+(?:\\.\\d+)?)|(?<sign>==|!=|=~|!~|<=|>=|[-+*/<>=(){},]))");

    /** Reads an expression, or throws what is wrong with it. */
    static Query of(String text) {
        return new Parser(tokens(text)).read();
    }

    private static Deque<String> tokens(String text) {
        Deque<String> tokens = new ArrayDeque<>();
        Matcher token = TOKEN.matcher(text.strip());
        int at = 0;
        while (token.lookingAt()) {
            tokens.add(token.group().strip());
            at = token.end();
            token.region(at, text.strip().length());
        }
        if (at != text.strip().length()) {
            throw new IllegalArgumentException("not understood: " + text.strip().substring(at));
        }
        return tokens;
    }

    /** One expression, from left to right. */
    private static final class Parser {
        private final Deque<String> tokens;
        private final List<Selector> selectors = new ArrayList<>();
        private final List<Set<String>> by = new ArrayList<>();
        private final List<Set<String>> on = new ArrayList<>();
        private final Set<String> left = new LinkedHashSet<>();
        private Optional<Set<String>> adds = Optional.empty();

        Parser(Deque<String> tokens) {
            this.tokens = tokens;
        }

        Query read() {
            expression("");
            if (!tokens.isEmpty()) {
                throw new IllegalArgumentException("nothing belongs behind " + tokens);
            }
            return new Query(selectors, by, on, left);
        }

        private void expression(String function) {
            operand(function);
            while (!tokens.isEmpty() && isOperator(tokens.peek())) {
                tokens.poll();
                while (!tokens.isEmpty() && LABEL_LISTS.contains(tokens.peek())) {
                    labelList(tokens.poll());
                }
                operand(function);
            }
        }

        private static boolean isOperator(String token) {
            return OPERATORS.contains(token) || token.matches("==|!=|<=|>=|[-+*/<>]");
        }

        private void labelList(String word) {
            Set<String> labels = new LinkedHashSet<>();
            take("(");
            while (!")".equals(tokens.peek())) {
                labels.add(next());
                if (!")".equals(tokens.peek())) {
                    take(",");
                }
            }
            take(")");
            if (word.equals("by")) {
                by.add(labels);
            } else if (word.equals("on")) {
                on.add(labels);
            } else {
                left.addAll(labels);
                adds = Optional.of(labels);
            }
        }

        private void operand(String function) {
            String token = next();
            if (token.equals("(")) {
                expression(function);
                take(")");
            } else if (token.equals("sum")) {
                take("by");
                labelList("by");
                inBrackets("");
            } else if (token.equals("time")) {
                take("(");
                take(")");
            } else if (FUNCTIONS.contains(token)) {
                inBrackets(token);
            } else if (token.matches("[a-zA-Z_]\\w*")) {
                selector(token, function);
            } else if (!token.matches("\\d.*")) {
                throw new IllegalArgumentException("not understood: " + token);
            }
        }

        private void inBrackets(String function) {
            take("(");
            expression(function);
            take(")");
        }

        private void selector(String metric, String function) {
            Set<String> labels = new LinkedHashSet<>();
            if ("{".equals(tokens.peek())) {
                take("{");
                while (!"}".equals(tokens.peek())) {
                    labels.add(next());
                    if (!next().matches("=|!=|=~|!~") || !next().startsWith("\"")) {
                        throw new IllegalArgumentException("no choice by label: " + metric);
                    }
                    if (!"}".equals(tokens.peek())) {
                        take(",");
                    }
                }
                take("}");
            }
            boolean ranged = !tokens.isEmpty() && tokens.peek().startsWith("[");
            if (ranged != RANGED.contains(function)) {
                throw new IllegalArgumentException(metric + ": a range belongs to a rate");
            }
            if (ranged) {
                tokens.poll();
            }
            selectors.add(new Selector(metric, labels, function, adds));
            adds = Optional.empty();
        }

        private String next() {
            if (tokens.isEmpty()) {
                throw new IllegalArgumentException("it ends too early");
            }
            return tokens.poll();
        }

        private void take(String wanted) {
            String token = next();
            if (!token.equals(wanted)) {
                throw new IllegalArgumentException(wanted + " expected, not " + token);
            }
        }
    }
}
