package proa.cluster.engine;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.query.Predicates;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.Glob;
import proa.cluster.sessions.ScanCursor;
import proa.cluster.sessions.SessionStore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One page of a scan: asks a run of partitions for their keys, in the order of {@link ScanCursor}.
 */
final class KeyScan {

    /** Keys looked at in one page at most, so that a page stays far below a second. */
    private static final int LOOKED_MAX = 10_000;

    private final PartitionService partitions;
    private final IMap<String, byte[]> map;
    private final long nowMillis;

    KeyScan(HazelcastInstance engine, IMap<String, byte[]> map, long nowMillis) {
        this.partitions = engine.getPartitionService();
        this.map = map;
        this.nowMillis = nowMillis;
    }

    private record Found(ScanCursor at, String key) {}

    SessionStore.Page page(long cursor, @Nullable String glob, int count) {
        int wanted = Math.clamp(count, 1, LOOKED_MAX);
        int all = partitions.getPartitions().size();
        ScanCursor from = ScanCursor.decode(cursor);
        if (cursor < 0 || from.partition() >= all) {
            return new SessionStore.Page(0, List.of());
        }
        int until = Math.min(all, from.partition() + run(wanted, all));
        List<Found> found = keysOf(from, until, literalStart(glob));
        int end = pageEnd(found, wanted);
        ScanCursor next = end < found.size() ? found.get(end - 1).at : new ScanCursor(until, -1);
        return new SessionStore.Page(
                next.partition() >= all ? 0 : next.encode(), matching(found.subList(0, end), glob));
    }

    /** How many partitions hold about that many keys. */
    private int run(int wanted, int all) {
        long each = Math.max(1, map.size() / all);
        return Math.clamp(wanted / each + 1, 1, all);
    }

    private List<Found> keysOf(ScanCursor from, int until, String prefix) {
        Set<Object> ofPartitions = new HashSet<>();
        Map<Integer, Object> names = names();
        for (int partition = from.partition(); partition < until; partition++) {
            ofPartitions.add(names.get(partition));
        }
        AliveKeys alive = new AliveKeys(prefix, nowMillis);
        List<Found> found = new ArrayList<>();
        for (String key : map.keySet(Predicates.multiPartitionPredicate(ofPartitions, alive))) {
            int partition = partitions.getPartition(key).getPartitionId();
            ScanCursor at = new ScanCursor(partition, ScanCursor.hash(key));
            if (partition > from.partition() || at.afterHash() > from.afterHash()) {
                found.add(new Found(at, key));
            }
        }
        found.sort(Comparator.comparingLong(one -> one.at.encode()));
        return found;
    }

    /** Keys of one hash stay in one page: a cursor cannot point between them. */
    private static int pageEnd(List<Found> found, int wanted) {
        int end = Math.min(wanted, found.size());
        while (end > 0 && end < found.size() && found.get(end).at.equals(found.get(end - 1).at)) {
            end++;
        }
        return end;
    }

    private static List<String> matching(List<Found> page, @Nullable String glob) {
        Glob pattern = new Glob(glob == null ? "*" : glob);
        return page.stream().map(Found::key).filter(pattern::matches).toList();
    }

    /** What every matching key begins with. */
    private static String literalStart(@Nullable String glob) {
        if (glob == null) {
            return "";
        }
        int end = 0;
        while (end < glob.length() && "*?[\\".indexOf(glob.charAt(end)) < 0) {
            end++;
        }
        return glob.substring(0, end);
    }

    /** For each partition some object that lies in it: the engine names partitions by keys. */
    private Map<Integer, Object> names() {
        Map<Integer, Object> names = new HashMap<>();
        int all = partitions.getPartitions().size();
        for (int candidate = 0; names.size() < all; candidate++) {
            names.putIfAbsent(partitions.getPartition(candidate).getPartitionId(), candidate);
        }
        return names;
    }
}
