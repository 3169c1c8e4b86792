package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is kept of handshakes, and for how long. */
class KeyLogTest {

    private static final byte[] LINE = "CLIENT_RANDOM 00 01".getBytes(StandardCharsets.US_ASCII);

    private final KeyLog log = new KeyLog();

    @Test
    void nothingIsKeptUnlessItIsAskedFor() {
        log.handle(1, LINE);
        assertThat(log.end()).isNull();
        assertThat(log.begin(0, 10)).isTrue();
        assertThat(log.active()).isTrue();
        log.handle(1, LINE);
        assertThat(log.end()).isEqualTo(new KeyLog.Kept(List.of("CLIENT_RANDOM 00 01"), 0));
        log.handle(1, LINE);
        assertThat(log.active()).isFalse();
        assertThat(log.end()).isNull();
    }

    @Test
    void whatNobodyFetchesIsForgotten() {
        assertThat(log.begin(0, 10)).isTrue();
        log.handle(1, LINE);
        log.expire(9);
        assertThat(log.begin(9, 30)).as("somebody else").isFalse();
        log.expire(10);
        assertThat(log.end()).isNull();
        assertThat(log.begin(0, 10)).isTrue();
        assertThat(log.begin(10, 30)).as("his time is over").isTrue();
    }

    @Test
    void thereIsALimit() {
        assertThat(log.begin(0, 10)).isTrue();
        for (int line = 0; line < KeyLog.LINES_MAX + 3; line++) {
            log.handle(1, LINE);
        }
        KeyLog.Kept kept = log.end();
        assertThat(kept).isNotNull();
        assertThat(kept.lines()).hasSize(KeyLog.LINES_MAX);
        assertThat(kept.lost()).isEqualTo(3);
    }
}
