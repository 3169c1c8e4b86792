package proa.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What an operator hears of a log that cannot be written, and of one that comes too fast. */
class DestinationTest {

    private static final long SECOND = 1_000_000_000L;
    private static final byte[] LINE = "a line".getBytes(StandardCharsets.US_ASCII);

    private final Logger logger = (Logger) LoggerFactory.getLogger(Destination.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Object loop = new Object();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void deaf() {
        logger.detachAppender(said);
    }

    private List<String> said() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** A disk that is full, or not. */
    private static class Disk implements Sink {
        private boolean full;

        @Override
        public void line(byte[] bytes, int length) {
            // it waits for the flush, as in a file's buffer
        }

        @Override
        public void flush() throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private void line(Destination to, long seconds) {
        assertThat(to.ring(loop).offer(LINE, LINE.length)).isTrue();
        to.work(false, seconds * SECOND);
    }

    @Test
    void aFullDiskIsSaidOnceAndItsEndOnceItHasLasted() {
        Disk disk = new Disk();
        Destination log = new Destination("/var/log/proa/http.log", disk);
        line(log, 100);
        assertThat(said()).isEmpty();
        disk.full = true;
        for (int second = 101; second < 160; second++) {
            disk.full = second % 5 != 0; // somebody frees a few bytes now and then
            line(log, second);
        }
        disk.full = false;
        String full =
                "access log /var/log/proa/http.log cannot be written: No space left on device";
        assertThat(said()).containsExactly(full);
        assertThat(log.counters().failed()).isEqualTo(48);
        assertThat(log.counters().written()).isEqualTo(1 + 11);
        line(log, 160);
        line(log, 168);
        assertThat(said()).as("not yet").containsExactly(full);
        line(log, 169);
        line(log, 190);
        String again = "access log /var/log/proa/http.log is written again";
        assertThat(said()).containsExactly(full, again);
        disk.full = true;
        line(log, 191);
        assertThat(said()).containsExactly(full, again, full);
    }

    @Test
    void aDeviceThatIsFullSaysSoInTheKernelsWords(@TempDir Path folder) throws Exception {
        Path full = Files.createSymbolicLink(folder.resolve("log"), Path.of("/dev/full"));
        Destination log = new Destination("log", new FileSink(full));
        line(log, 100);
        line(log, 101);
        assertThat(said())
                .containsExactly("access log log cannot be written: No space left on device");
        assertThat(log.counters().failed()).isEqualTo(2);
        assertThat(log.counters().written()).isZero();
        log.close();
    }

    /** As a socket does that could not be made without a free descriptor. */
    @Test
    void whatASinkThrowsBesidesIsAFailureOfItsLine() {
        boolean[] defect = {true};
        Destination log =
                new Destination(
                        "log",
                        new Disk() {
                            @Override
                            public void line(byte[] bytes, int length) {
                                if (defect[0]) {
                                    throw new IllegalStateException("not registered");
                                }
                            }
                        });
        line(log, 100);
        defect[0] = false;
        line(log, 101);
        assertThat(said()).containsExactly("access log log cannot be written: not registered");
        assertThat(log.counters().failed()).isEqualTo(1);
        assertThat(log.counters().written()).isEqualTo(1);
    }

    @Test
    void whatWaitsWithALineThatCannotBeWrittenIsCountedWithIt() {
        Batches batches = new Batches();
        Destination log = new Destination("log", batches);
        for (int line = 0; line < 25; line++) {
            assertThat(log.ring(loop).offer(LINE, LINE.length)).isTrue();
        }
        log.work(false, 100 * SECOND);
        assertThat(batches.written).isEqualTo(15);
        assertThat(log.counters().written()).isEqualTo(15);
        assertThat(log.counters().failed()).isEqualTo(10);
    }

    /** Takes ten lines at a time; the first of these batches finds the disk full. */
    private static final class Batches implements Sink {
        private int waiting;
        private int written;
        private int flushes;

        @Override
        public boolean takes(int length) {
            return waiting < 10;
        }

        @Override
        public void line(byte[] bytes, int length) throws IOException {
            if (waiting == 10) {
                flush();
            }
            waiting++;
        }

        @Override
        public void flush() throws IOException {
            int batch = waiting;
            waiting = 0;
            if (flushes++ == 0) {
                throw new IOException("No space left on device");
            }
            written += batch;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @Test
    void linesThatComeTooFastAreCountedAndSaidEveryTenSeconds() {
        Destination log = new Destination("fast", new Disk());
        LineRing ring = log.ring(loop);
        int dropped = 0;
        while (dropped < 3) {
            if (!ring.offer(LINE, LINE.length)) {
                log.counters().drop();
                dropped++;
            }
        }
        log.work(false, 100 * SECOND);
        log.counters().drop();
        log.work(false, 105 * SECOND);
        log.work(false, 111 * SECOND);
        assertThat(said())
                .containsExactly(
                        "access log fast comes too fast: 3 lines dropped since the last time",
                        "access log fast comes too fast: 1 lines dropped since the last time");
        assertThat(log.counters().dropped()).isEqualTo(4);
    }
}
