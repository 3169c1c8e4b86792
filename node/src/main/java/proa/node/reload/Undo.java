package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened so far, closed in reverse order. Used by one thread at a time. */
final class Undo implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Remembers a part. */
    <T extends AutoCloseable> T keep(T part) {
        opened.push(part);
        return part;
    }

    /** Closes every part, whatever the others do. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
            }
        }
    }
}
