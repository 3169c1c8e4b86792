package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.cluster.member.Member;
import proa.cluster.tables.Entry;
import proa.cluster.tables.TableKey;
import proa.node.admin.Advice;
import proa.node.admin.Answer;
import proa.node.admin.ExplanationReport;
import proa.node.balance.StickyEntries;
import proa.node.explain.Explanation;
import proa.node.explain.Question;
import proa.node.explain.Twin;
import proa.node.rules.Counters;
import proa.node.rules.Surroundings;

import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** What would be if, on a running node: with its servers and tables as they are. */
final class Advising implements Advice {

    private final Generations generations;
    private final Member member;
    private final Counters tables;
    private final InstantSource time;
    private final Planning planning;

    Advising(
            Setup setup,
            Generations generations,
            Member member,
            Counters tables,
            InstantSource time) {
        planning = new Planning(setup, generations, time);
        this.generations = generations;
        this.member = member;
        this.tables = tables;
        this.time = time;
    }

    @Override
    public Answer explain(String method, String url, String from, List<String> headers) {
        Generation now = generations.current();
        try {
            Explanation explanation =
                    Explanation.of(
                            Question.of(method, url, from, headers),
                            new Explanation.Known(
                                    now.config(),
                                    tables,
                                    backend ->
                                            Twin.of(
                                                    now.pools().pool(backend.name()),
                                                    Looking::new,
                                                    time),
                                    new Surroundings(time, bound -> bound - 1)));
            return Answer.ok(ExplanationReport.of(explanation, UnaryOperator.identity()));
        } catch (IllegalArgumentException wrong) {
            return Answer.error(Answer.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
    }

    @Override
    public Answer plan(String file, String text) {
        return planning.plan(file, text);
    }

    /** Sticky entries that are only looked at. */
    private final class Looking implements StickyEntries {
        private final String table;

        Looking(String table) {
            this.table = table;
        }

        @Override
        public @Nullable String server(TableKey key) {
            return member.table(table).entries(key).stream()
                    .filter(Entry.Sticky.class::isInstance)
                    .map(entry -> ((Entry.Sticky) entry).server())
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public String stick(TableKey key, String server) {
            return server;
        }
    }
}
