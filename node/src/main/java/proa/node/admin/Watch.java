package proa.node.admin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Closes a connection whose present step takes too long, whatever its thread waits for. Used by
 * that thread only.
 */
final class Watch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Closeable connection;
    private final Alarm alarm;
    private Runnable callOff = () -> {};

    Watch(Closeable connection, Alarm alarm) {
        this.connection = connection;
        this.alarm = alarm;
    }

    /** The step that begins has so much time. */
    void within(Duration limit) {
        callOff.run();
        callOff = alarm.after(limit, this::end);
    }

    /** What follows may take as long as it likes. */
    void rest() {
        callOff.run();
        callOff = () -> {};
    }

    /** The same bytes, each piece within a time of its own. */
    OutputStream each(OutputStream out, Duration limit) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                within(limit);
                out.write(bytes, from, count);
                rest();
            }

            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }
        };
    }

    private void end() {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("admin: a slow client", e);
        }
    }

    @Override
    public void close() {
        rest();
    }
}
