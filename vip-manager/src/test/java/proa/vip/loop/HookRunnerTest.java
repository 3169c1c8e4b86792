package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.CarrierConfig;
import proa.vip.placement.HookOrders.Order;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One group's program, run order by order. */
final class HookRunnerTest {

    private static final long PATIENCE_SECONDS = 60;

    private static final CarrierConfig.Hook HOOK =
            new CarrierConfig.Hook(List.of("true"), Duration.ofSeconds(50));

    private final BlockingQueue<HookRunner.End> told = new LinkedBlockingQueue<>();
    private boolean failed;

    private Process start(ProcessBuilder program) throws IOException {
        if (!failed) {
            failed = true;
            throw new OutOfMemoryError("no thread");
        }
        return program.start();
    }

    @Test
    void whateverFailsItIsToldAndTheNextOrderIsRun() throws InterruptedException {
        HookRunner runner = new HookRunner(HOOK, this::start);
        runner.start("web", told::add);
        Order take = new Order("active", "lb1", 1, "elected");
        runner.run(take, Map.of());
        HookRunner.End first = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(first)
                .isEqualTo(
                        new HookRunner.End(
                                take,
                                false,
                                "cannot be run: java.lang.OutOfMemoryError: no thread",
                                ""));
        Order release = new Order("fault", "", 1, "the hook failed");
        runner.run(release, Map.of());
        HookRunner.End second = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(second).isNotNull();
        assertThat(second.order()).isEqualTo(release);
        assertThat(second.how()).startsWith("exit code 0 after");
        assertThat(second.well()).isTrue();
    }
}
