package proa.node.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.Await;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A node is nothing without its event loops. */
class EventLoopsTest {

    private final AtomicInteger died = new AtomicInteger();

    @Test
    void aLoopThatEndsByItselfIsTold() throws Exception {
        try (EventLoops loops = EventLoops.start(died::incrementAndGet)) {
            loops.loops().getFirst().executor().shutdownGracefully(0, 0, TimeUnit.SECONDS);
            Await.until("told", () -> died.get() == 1);
        }
    }

    @Test
    void loopsThatAreToEndAreNot() {
        EventLoops loops = EventLoops.start(died::incrementAndGet);
        loops.close();
        for (Loop loop : loops.loops()) {
            loop.executor().terminationFuture().syncUninterruptibly();
        }
        assertThat(died).hasValue(0);
    }
}
