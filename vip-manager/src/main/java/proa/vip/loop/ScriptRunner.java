package proa.vip.loop;

import proa.config.TrackConfig;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Runs one tracked program again and again on a thread of its own: waits for its end up to the
 * timeout, then kills it and what it has started. Its output goes nowhere.
 */
final class ScriptRunner {

    /** Told on the runner's thread after each end. */
    interface Listener {
        void ended(TrackConfig.Script script, boolean well, String how);
    }

    private final TrackConfig.Script script;
    private final Listener listener;

    private ScriptRunner(TrackConfig.Script script, Listener listener) {
        this.script = script;
        this.listener = listener;
    }

    /**
     * Starts it for the rest of the process's life; call it from a thread that is not real-time.
     */
    static void start(TrackConfig.Script script, Listener listener) {
        ScriptRunner runner = new ScriptRunner(script, listener);
        Thread.ofPlatform().daemon().name("track-" + script.name()).start(runner::run);
    }

    private void run() {
        try {
            while (true) {
                long start = System.nanoTime();
                once();
                long rest = script.interval().toNanos() - (System.nanoTime() - start);
                TimeUnit.NANOSECONDS.sleep(Math.max(0, rest));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void once() throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(script.command())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            if (process.waitFor(script.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                int code = process.exitValue();
                listener.ended(script, code == 0, "exit code " + code);
            } else {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                listener.ended(
                        script, false, "no end within " + script.timeout().toMillis() + " ms");
            }
        } catch (IOException | RuntimeException | Error e) {
            // Without a thread for the program's end, too: it may go better the next time.
            listener.ended(script, false, "cannot be run: " + Attempts.why(e));
        }
    }
}
