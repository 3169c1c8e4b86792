package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.node.exchange.Facts;
import proa.node.exchange.Trail;
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

    /** The request has no key under which it could be limited. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private static final long NOT_COUNTED = -1;
    private static final long NOT_TRACKED = -2;

    private static final long[] NO_COUNTS = {};
    private static final @Nullable TableKey[] NO_KEYS = {};

    private final Facts facts;
    private final Tracked[] tables;
    private final long[] counted;

    /** Under which it is tracked first; null as long as no rule has tracked it. */
    private final @Nullable TableKey[] keys;

    /** Further keys, of rules that go by something else than the first one of their table. */
    private @Nullable Besides besides;

    private final @Nullable Trail trail;
    private @Nullable List<FieldEdit> ofRequest;
    private @Nullable List<FieldEdit> ofResponse;
    private @Nullable String path;
    private @Nullable String query;

    private record Besides(int table, TableKey key, long counted, @Nullable Besides before) {}

    Request(Facts facts, Tracked[] tables) {
        this.facts = facts;
        this.tables = tables;
        this.counted = tables.length == 0 ? NO_COUNTS : new long[tables.length];
        this.keys = tables.length == 0 ? NO_KEYS : new @Nullable TableKey[tables.length];
        this.trail = facts.trail();
        Arrays.fill(counted, NOT_COUNTED);
        if (trail != null) {
            trail.next();
        }
    }

    Facts facts() {
        return facts;
    }

    /** Counts this request in a table, once under each key however many rules ask for it. */
    void track(int table, KeyOf by) {
        TableKey key = by.of(facts);
        if (key != null) {
            track(table, key);
        }
    }

    private void track(int table, TableKey key) {
        Tracked in = tables[table];
        if (seen(table, key) == NOT_TRACKED) {
            boolean counts = in.requests() >= 0;
            note(table, key, counts ? in.table().add(key, in.requests(), 1) : NOT_COUNTED);
            follow(in, key);
        }
    }

    /**
     * Counts this request if a limit allows it; one that is counted already is compared only.
     *
     * @return what is left, or a negative number when it is refused
     */
    long admit(int table, KeyOf by, Counters.Limiter limiter, long limit) {
        TableKey key = by.of(facts);
        if (key == null) {
            return UNLIMITED;
        }
        long seen = seen(table, key);
        if (seen != NOT_TRACKED) {
            return seen == NOT_COUNTED ? UNLIMITED : limiter.allowed() - seen;
        }
        long left = limiter.admit(key);
        if (left >= 0) {
            note(table, key, limit - left);
            follow(tables[table], key);
        }
        return left;
    }

    /**
     * Tracks this request unless its key has used up the limit of a counter. A connection that has
     * been let in stays within a limit on connections.
     *
     * @return what is left, or a negative number when it is refused
     */
    long check(int table, KeyOf by, Counters.Limiter limiter, int counter) {
        TableKey key = by.of(facts);
        if (key == null) {
            return UNLIMITED;
        }
        Tracked in = tables[table];
        boolean isIn = counter == in.connections() && trail != null && in.followed(trail, key);
        long left = limiter.allowed() - in.table().rate(key, counter) - 1;
        if (left >= 0 || isIn) {
            track(table, key);
            return Math.max(0, left);
        }
        return left;
    }

    /** What its own count under a key returned. */
    private long seen(int table, TableKey key) {
        if (key.equals(keys[table])) {
            return counted[table];
        }
        for (Besides each = besides; each != null; each = each.before()) {
            if (each.table() == table && each.key().equals(key)) {
                return each.counted();
            }
        }
        return NOT_TRACKED;
    }

    /** The first key of a table is the one that conditions ask for. */
    private void note(int table, TableKey key, long count) {
        if (keys[table] == null) {
            keys[table] = key;
            counted[table] = count;
        } else {
            besides = new Besides(table, key, count, besides);
        }
    }

    private void follow(Tracked in, TableKey key) {
        if (trail != null && in.follows()) {
            in.follow(trail, key);
        }
    }

    /** The rate of requests that this one saw when it was counted, or the rate now. */
    long rate(int table, int counter) {
        boolean own = counter == tables[table].requests() && counted[table] != NOT_COUNTED;
        if (own) {
            return counted[table];
        }
        TableKey key = key(table);
        return key == null ? 0 : tables[table].table().rate(key, counter);
    }

    /** The key it is tracked by, else that of its client's address, or null. */
    @Nullable TableKey key(int table) {
        TableKey key = keys[table];
        return key == null ? tables[table].own().of(facts) : key;
    }

    Counters.Table table(int table) {
        return tables[table].table();
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
