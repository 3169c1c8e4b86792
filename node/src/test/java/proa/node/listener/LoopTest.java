package proa.node.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import proa.node.exchange.Deadlines;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What time it is on a loop that stood still. */
class LoopTest {

    private static final Duration TIME = Duration.ofMillis(100);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel clock = EmbeddedChannel.builder().ticker(ticker).build();
    private final Loop loop = new Loop(clock.eventLoop(), Transport.NIO);
    private int expired;
    private final Deadlines.Entry deadline = new Deadlines.Entry(_ -> expired++);

    @AfterEach
    void close() {
        clock.finishAndReleaseAll();
    }

    private void pass(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What is ready is taken care of before the first tick. */
    @Test
    void aDeadlineThatIsSetInATurnThatBeginsLateIsNotShorter() {
        pass(Duration.ofMillis(600));
        loop.progress();
        loop.deadlines().set(deadline, loop.nowNanos() + TIME.toNanos());
        loop.tick();
        pass(TIME.minusMillis(1));
        loop.tick();
        assertThat(expired).isZero();
        pass(Duration.ofNanos(2 * Deadlines.TICK_NANOS));
        loop.tick();
        assertThat(expired).isEqualTo(1);
    }

    /** However many events a turn has, and also if what is behind them comes first. */
    @Test
    void aTurnTakesHalfASecondAtMost() {
        long before = loop.nowNanos();
        loop.deadlines().set(deadline, before + TIME.toNanos());
        for (int event = 0; event < 10; event++) {
            pass(TIME);
            loop.progress();
        }
        assertThat(expired).as("it may still be moved").isZero();
        loop.tick();
        assertThat(loop.nowNanos() - before).isEqualTo(Duration.ofMillis(500).toNanos());
        assertThat(expired).isEqualTo(1);
        loop.tick();
        assertThat(loop.nowNanos() - before).isEqualTo(Duration.ofMillis(500).toNanos());
    }
}
