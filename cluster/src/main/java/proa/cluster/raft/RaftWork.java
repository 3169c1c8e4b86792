package proa.cluster.raft;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * What is to be done after some events, in this order.
 *
 * @param vote to be written; null: it is as before
 * @param install a snapshot that takes the place of everything else on the disk; null: none
 * @param cutFrom entries from this one on go from the disk, before others are written; 0: none
 * @param append to be written
 * @param send once all of that is on the disk
 */
public record RaftWork(
        RaftState.@Nullable Vote vote,
        RaftWork.@Nullable Installed install,
        long cutFrom,
        List<RaftEntry> append,
        List<Sent> send) {

    public RaftWork {
        append = List.copyOf(append);
        send = List.copyOf(send);
    }

    /** Whether anything has to be written. */
    public boolean writes() {
        return vote != null || install != null || cutFrom != 0 || !append.isEmpty();
    }

    /** A message to a member. */
    public record Sent(int to, RaftMessage message) {}

    /** A snapshot from the leader. */
    public record Installed(long index, long term, byte[] bytes) implements RaftSnapshot {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public byte[] piece(long offset, int bytesMax) {
            int end = (int) Math.min(bytes.length, offset + bytesMax);
            return Arrays.copyOfRange(bytes, (int) offset, end);
        }
    }
}
