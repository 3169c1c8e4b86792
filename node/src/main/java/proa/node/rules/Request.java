package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Facts;
import proa.node.message.Edits;
import proa.node.message.FieldEdit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One request under evaluation: its facts, and the rates at the moment it was counted.
 *
 * <p>A condition on a table in which this request was counted sees the number its own count
 * returned. Were it read again, requests counted meanwhile on other loops would be seen too, and
 * with a limit of 100 the hundredth of a burst could be refused.
 */
final class Request {

    private static final long NOT_COUNTED = -1;

    private final Facts facts;
    private final Counters.Counter[] counters;
    private final long[] counted;
    private @Nullable List<FieldEdit> ofRequest;
    private @Nullable List<FieldEdit> ofResponse;
    private @Nullable String path;
    private @Nullable String query;

    Request(Facts facts, Counters.Counter[] counters) {
        this.facts = facts;
        this.counters = counters;
        this.counted = new long[counters.length];
        Arrays.fill(counted, NOT_COUNTED);
    }

    Facts facts() {
        return facts;
    }

    /** Counts this request, once however many rules ask for it. */
    void count(int table) {
        if (counted[table] == NOT_COUNTED) {
            counted[table] = counters[table].hit(facts.source());
        }
    }

    long rate(int table) {
        return counted[table] == NOT_COUNTED
                ? counters[table].rate(facts.source())
                : counted[table];
    }

    /** Changes to the request's fields so far; made when first asked for. */
    List<FieldEdit> ofRequest() {
        if (ofRequest == null) {
            ofRequest = new ArrayList<>();
        }
        return ofRequest;
    }

    /** Changes to the response's fields so far; made when first asked for. */
    List<FieldEdit> ofResponse() {
        if (ofResponse == null) {
            ofResponse = new ArrayList<>();
        }
        return ofResponse;
    }

    /** The path as rewritten so far. */
    String path() {
        return path == null ? facts.path() : path;
    }

    /** The query as rewritten so far. */
    String query() {
        return query == null ? facts.query() : query;
    }

    /** The server gets another path; one that is empty stands for {@code *} and stays. */
    void rewritePath(String other) {
        path = other;
    }

    /** The server gets another query. */
    void rewriteQuery(String other) {
        query = other;
    }

    /** What rules changed, or null for nothing. */
    @Nullable Edits edits() {
        boolean rewritten = path != null || query != null;
        if (ofRequest == null && ofResponse == null && !rewritten) {
            return null;
        }
        return new Edits(
                ofRequest == null ? List.of() : ofRequest,
                ofResponse == null ? List.of() : ofResponse,
                rewritten ? target() : null);
    }

    private @Nullable String target() {
        String left = path();
        if (left.isEmpty()) {
            return null;
        }
        return query().isEmpty() ? left : left + "?" + query();
    }
}
