package proa.chaos.sim.world;

import proa.cluster.tables.CounterShape;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.cluster.tables.TableShape;

import java.util.List;

/** The tables of every simulated node, and their places. */
final class Data {

    static final long SECOND = 1_000 * Agenda.MILLI;

    /** Sticks for long; some keys are removed. */
    static final int PINS = 0;

    /** Sticks for {@link #SHORT_NANOS}. */
    static final int SHORT_LIVED = 1;

    /** Has less room than there are keys. */
    static final int CROWDED = 2;

    /** Counts requests. */
    static final int COUNTS = 3;

    /** Counts connections and bytes, and tags. */
    static final int RICH = 4;

    /** Counts connections and forgets soon. */
    static final int BRIEF = 5;

    /** Requests under a limit over all nodes. */
    static final int LIMITED = 6;

    /** Counts connections and hits, and tags; some keys are cleared. */
    static final int BANS = 7;

    /** Places in the schema of {@link #RICH}; connections also in that of {@link #BANS}. */
    static final int CONNECTIONS = 0;

    static final int BYTES = 1;

    /** Place in the schema of {@link #BANS}. */
    static final int HITS = 1;

    /** Keys of one round; the next has its own. */
    static final int KEYS = 30;

    static final long SHORT_NANOS = 3 * SECOND;

    /** What {@link #LIMITED} allows of a key within {@link #WINDOW_NANOS}, over all nodes. */
    static final long LIMIT = 3;

    static final long WINDOW_NANOS = SECOND;

    private static final long HOUR_NANOS = 3_600 * SECOND;
    private static final int ROOM = 1_000;

    static final List<TableShape> SHAPES =
            List.of(
                    new TableShape("pins", HOUR_NANOS, ROOM, 0),
                    new TableShape("short", SHORT_NANOS, ROOM, 0),
                    new TableShape("crowded", HOUR_NANOS, 12, 0),
                    new TableShape("counts", HOUR_NANOS, ROOM, 6_000 * SECOND),
                    new TableShape(
                            "rich",
                            HOUR_NANOS,
                            ROOM,
                            new TableSchema(
                                    List.of(
                                            new CounterShape("connections", 0, true, true, false),
                                            new CounterShape("bytes", SECOND, true, false, true)),
                                    List.of("tag"))),
                    new TableShape(
                            "brief",
                            SECOND,
                            ROOM,
                            new TableSchema(
                                    List.of(new CounterShape("connections", 0, false, true, false)),
                                    List.of())),
                    new TableShape("limited", 10 * SECOND, ROOM, WINDOW_NANOS),
                    new TableShape(
                            "bans",
                            HOUR_NANOS,
                            ROOM,
                            new TableSchema(
                                    List.of(
                                            new CounterShape("connections", 0, true, true, false),
                                            new CounterShape(
                                                    "hits", 6_000 * SECOND, true, false, false)),
                                    List.of("banned"))));

    private Data() {}

    /** A key of a round. */
    static TableKey key(int round, int number) {
        return new TableKey(round, number);
    }
}
