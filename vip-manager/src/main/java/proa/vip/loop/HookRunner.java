package proa.vip.loop;

import proa.config.CarrierConfig;
import proa.vip.linux.ProcessGroup;
import proa.vip.placement.HookOrders.Order;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs one group's program on a thread of its own, one order after the other. The program leads a
 * process group, so that after its deadline it is killed with all it has started.
 */
final class HookRunner {

    /** What it prints beyond this is not kept. */
    private static final int OUTPUT_BYTES_MAX = 2_048;

    private static final int TEXT_CHARACTERS_MAX = 512;

    /** Whatever it has left running may hold its output open for longer; nobody waits for that. */
    private static final long OUTPUT_MILLIS = 200;

    private static final String LEADER = "setsid";

    private final CarrierConfig.Hook hook;
    private final Starter starter;
    private final BlockingQueue<Run> orders = new ArrayBlockingQueue<>(1);

    /** Starts a program. */
    interface Starter {
        Process start(ProcessBuilder program) throws IOException;
    }

    private record Run(Order order, Map<String, String> environment) {}

    /**
     * How a run ended.
     *
     * @param how for the operator: {@code exit code 3 after 20 ms}
     * @param output what it has printed, bounded
     */
    record End(Order order, boolean well, String how, String output) {
        /** The output as the end of a line. */
        String said() {
            return output.isEmpty() ? "" : "; it said: " + output;
        }
    }

    HookRunner(CarrierConfig.Hook hook) {
        this(hook, ProcessBuilder::start);
    }

    HookRunner(CarrierConfig.Hook hook, Starter starter) {
        this.hook = hook;
        this.starter = starter;
    }

    /**
     * Starts the thread, for the rest of the process's life; call it from a thread that is not
     * real-time.
     *
     * @param ended told on the runner's thread after each end
     */
    void start(String group, Consumer<End> ended) {
        Thread.ofPlatform().daemon().name("hook-" + group).start(() -> serve(ended));
    }

    /** Runs the program soon; the run before must have ended. */
    void run(Order order, Map<String, String> environment) {
        orders.add(new Run(order, environment));
    }

    private void serve(Consumer<End> ended) {
        try {
            while (true) {
                ended.accept(once(orders.take()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private End once(Run run) throws InterruptedException {
        long start = System.nanoTime();
        List<String> command = new ArrayList<>(List.of(LEADER));
        command.addAll(hook.command());
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(run.environment);
            return await(run, starter.start(builder), start);
        } catch (IOException | RuntimeException | Error e) {
            // Without a thread for the program's end, too: whoever waits for this end hears of it.
            return new End(run.order, false, "cannot be run: " + Attempts.why(e), "");
        }
    }

    private End await(Run run, Process process, long start)
            throws IOException, InterruptedException {
        boolean ended = false;
        Output output;
        try {
            process.getOutputStream().close();
            output = new Output(process.getInputStream());
            ended = process.waitFor(hook.deadline().toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            if (!ended) {
                ProcessGroup.kill(process.pid());
                process.destroyForcibly();
            }
        }
        String after = " after " + (System.nanoTime() - start) / 1_000_000 + " ms";
        return new End(
                run.order,
                ended && process.exitValue() == 0,
                (ended ? "exit code " + process.exitValue() : "killed, no end") + after,
                output.text());
    }

    /** A text that cannot disturb a log or an environment. */
    static String printable(String text) {
        String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.substring(0, Math.min(line.length(), TEXT_CHARACTERS_MAX));
    }

    /** The beginning of what a program prints; the rest is read and dropped. */
    private static final class Output {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final InputStream from;
        private final Thread reader;

        Output(InputStream from) {
            this.from = from;
            this.reader = Thread.ofVirtual().start(this::read);
        }

        private void read() {
            byte[] bytes = new byte[OUTPUT_BYTES_MAX];
            try {
                for (int read = from.read(bytes); read >= 0; read = from.read(bytes)) {
                    synchronized (kept) {
                        kept.write(bytes, 0, Math.min(read, OUTPUT_BYTES_MAX - kept.size()));
                    }
                }
            } catch (IOException _) {
                // Closed: nobody wants more.
            }
        }

        String text() throws InterruptedException, IOException {
            reader.join(OUTPUT_MILLIS);
            from.close();
            synchronized (kept) {
                return printable(kept.toString(StandardCharsets.UTF_8));
            }
        }
    }
}
