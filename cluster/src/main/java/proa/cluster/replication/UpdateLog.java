package proa.cluster.replication;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;

/** The last batches of one origin, encoded, for members that have missed some. Bounded by bytes. */
final class UpdateLog {

    /** At 200,000 changes a second about half a second; at the usual thousands a minute. */
    static final int BYTES_MAX = 4 << 20;

    private final TreeMap<Long, byte[]> batches = new TreeMap<>();
    private final int bytesMax;
    private int bytes;

    UpdateLog(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(long number, byte[] batch) {
        byte[] before = batches.put(number, batch);
        bytes += batch.length - (before == null ? 0 : before.length);
        while (bytes > bytesMax) {
            Map.Entry<Long, byte[]> oldest = batches.firstEntry();
            batches.remove(oldest.getKey());
            bytes -= oldest.getValue().length;
        }
    }

    byte @Nullable [] get(long number) {
        return batches.get(number);
    }

    int bytes() {
        return bytes;
    }

    int size() {
        return batches.size();
    }
}
