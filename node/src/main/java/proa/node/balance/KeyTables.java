package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.SpreadingConfig.Method;
import proa.config.spread.KeyTable;
import proa.config.spread.Maglev;
import proa.config.spread.Maglev.Entry;
import proa.config.spread.Modulo;
import proa.config.spread.Ring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The hash tables of one pool, by the servers and weights they are for. Health makes no difference
 * to them, so they are made at start and when a weight changes: a table takes milliseconds. Any
 * thread.
 */
final class KeyTables {

    /** A pool has one for each tier and union of tiers; more are old weights. */
    private static final int KEPT_MAX = 64;

    private final Method method;
    private final AtomicReference<Map<List<Entry>, KeyTable>> made =
            new AtomicReference<>(Map.of());

    KeyTables(Method method) {
        this.method = method;
    }

    /** The table of these servers, or null when none has a weight. */
    @Nullable KeyTable of(List<PooledServer> members) {
        List<Entry> entries =
                members.stream()
                        .filter(server -> server.ownWeight() > 0)
                        .map(server -> new Entry(server.name(), server.ownWeight()))
                        .toList();
        if (entries.isEmpty()) {
            return null;
        }
        KeyTable known = made.get().get(entries);
        return known == null ? make(entries) : known;
    }

    private KeyTable make(List<Entry> entries) {
        KeyTable table =
                switch (method) {
                    case MAGLEV -> Maglev.of(entries, Maglev.SIZE_DEFAULT);
                    case RING -> Ring.of(entries);
                    case MODULO -> Modulo.of(entries);
                };
        made.updateAndGet(
                before -> {
                    Map<List<Entry>, KeyTable> after =
                            before.size() < KEPT_MAX ? new HashMap<>(before) : new HashMap<>();
                    after.put(entries, table);
                    return Map.copyOf(after);
                });
        return table;
    }
}
