package proa.node.tls;

import io.netty.internal.tcnative.KeyLogCallback;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the handshakes of one frontend agree on, in the key log format of NSS
 * (draft-ietf-tls-keylogfile), kept in memory for somebody who captures its packets: from {@link
 * #begin} to {@link #end}, or for a limited time. Nothing is written anywhere. Any thread.
 */
public final class KeyLog implements KeyLogCallback {

    /** A handshake of TLS 1.3 has five; of these there are 4,000, some megabytes. */
    static final int LINES_MAX = 20_000;

    private volatile @Nullable Recording recording;

    /**
     * What was kept.
     *
     * @param lines label, random of the client and secret
     * @param lost lines that found no room
     */
    public record Kept(List<String> lines, long lost) {
        public Kept {
            lines = List.copyOf(lines);
        }
    }

    private static final class Recording {
        private final long untilNanos;
        private final List<String> lines = new ArrayList<>(); // guarded by this
        private long lost; // guarded by this

        Recording(long untilNanos) {
            this.untilNanos = untilNanos;
        }

        synchronized void add(String line) {
            if (lines.size() < LINES_MAX) {
                lines.add(line);
            } else {
                lost++;
            }
        }

        synchronized Kept kept() {
            return new Kept(lines, lost);
        }
    }

    KeyLog() {}

    /**
     * Keeps them from now on.
     *
     * @return whether nobody else has them kept
     */
    synchronized boolean begin(long nowNanos, long untilNanos) {
        expire(nowNanos);
        if (recording != null) {
            return false;
        }
        recording = new Recording(untilNanos);
        return true;
    }

    /** What there is since the begin, which is forgotten here; null: nobody has begun. */
    synchronized @Nullable Kept end() {
        Recording ended = recording;
        recording = null;
        return ended == null ? null : ended.kept();
    }

    /** Forgets what was to be kept until now. */
    synchronized void expire(long nowNanos) {
        Recording now = recording;
        if (now != null && now.untilNanos - nowNanos <= 0) {
            recording = null;
        }
    }

    /** Whether they are kept. */
    boolean active() {
        return recording != null;
    }

    /** A handshake has got that far; on its event loop. */
    @Override
    public void handle(long connection, byte[] line) {
        Recording now = recording;
        if (now != null) {
            now.add(new String(line, StandardCharsets.US_ASCII));
        }
    }
}
