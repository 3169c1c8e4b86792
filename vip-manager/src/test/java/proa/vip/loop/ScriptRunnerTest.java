package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.TrackConfig;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A tracked program that goes on to be run. */
final class ScriptRunnerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private boolean failed;

    private void ended(TrackConfig.Script script, boolean well, String how) {
        if (!failed) {
            failed = true;
            throw new OutOfMemoryError("no thread");
        }
        told.add(script.name() + " " + well + " " + how);
    }

    @Test
    void whateverFailsItIsRunAgain() throws InterruptedException {
        Duration interval = Duration.ofMillis(100);
        ScriptRunner.start(
                new TrackConfig.Script(
                        "disk", List.of("true"), interval, Duration.ofSeconds(60), 1, 1, 10),
                this::ended);
        assertThat(told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("disk false cannot be run: java.lang.OutOfMemoryError: no thread");
        assertThat(told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("disk true exit code 0");
    }
}
