package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Real child processes: small shell scripts in the place of node and vipd. */
class SupervisorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Ends on SIGTERM, as both programs do; the sleep is in pieces since a shell handles signals
     * between commands.
     */
    private static final String STAYS =
            "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done";

    private static final String DEAF = "trap '' TERM; echo up; while :; do sleep 0.05; done";

    @TempDir Path folder;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> unread = new ArrayList<>();
    private final AtomicInteger code = new AtomicInteger(-1);
    private Thread thread = Thread.currentThread();
    private Supervisor supervisor = new Supervisor(List.of(), new PrintWriter(Writer.nullWriter()));

    /** One line at a time, as they come. */
    private PrintWriter output() {
        return new PrintWriter(Writer.nullWriter()) {
            @Override
            public void println(String line) {
                lines.add(line);
            }
        };
    }

    private static Child.Spec shell(String name, String script, Duration grace) {
        return new Child.Spec(name, List.of("/bin/sh", "-c", script), grace);
    }

    private void run(Child.Spec... specs) {
        supervisor = new Supervisor(List.of(specs), output());
        thread = Thread.ofPlatform().start(this::supervise);
    }

    private void supervise() {
        try {
            code.set(supervisor.run());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (thread != Thread.currentThread()) {
            supervisor.stopAndAwait();
            assertThat(thread.join(PATIENCE)).isTrue();
        }
    }

    /**
     * Takes the first line with the words out of what was said, and leaves the others: what a child
     * says and what is said about it come from two threads, in either order.
     */
    private String await(String words) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; ; i++) {
            if (i == unread.size()) {
                String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertThat(line).as("a line with \"%s\", beside %s", words, unread).isNotNull();
                unread.add(line);
            }
            if (unread.get(i).contains(words)) {
                return unread.remove(i);
            }
        }
    }

    private static ProcessHandle handle(String startedLine) {
        return ProcessHandle.of(pid(startedLine)).orElseThrow();
    }

    private static long pid(String startedLine) {
        return Long.parseLong(startedLine.replaceAll(".*pid ", ""));
    }

    @Test
    void outputHasItsPrefixAndTheNodeStopsBeforeVipd() throws InterruptedException {
        run(shell("vipd", STAYS, PATIENCE), shell("node", STAYS, PATIENCE));
        await("node | up");
        await("vipd | up"); // a signal before that would end the shell itself
        int stopped = supervisor.stopAndAwait();

        assertThat(stopped).isZero();
        assertThat(untilSaid("node | bye", "vipd | bye"))
                .filteredOn(line -> line.startsWith("run | "))
                .containsSubsequence(
                        "run | stopping node",
                        "run | node stopped with exit code 0",
                        "run | stopping vipd",
                        "run | vipd stopped with exit code 0");
    }

    /** Every line until all of these have come, in whatever order. */
    private List<String> untilSaid(String... words) throws InterruptedException {
        lines.drainTo(unread);
        List<String> said = new ArrayList<>(unread);
        unread.clear();
        while (!said.containsAll(List.of(words))) {
            said.add(await(""));
        }
        return said;
    }

    @Test
    void aCrashedChildIsStartedAgainAndTheOtherIsLeftAlone() throws InterruptedException {
        run(shell("vipd", STAYS, PATIENCE), shell("node", STAYS, PATIENCE));
        ProcessHandle vipd = handle(await("vipd started"));
        ProcessHandle node = handle(await("node started"));
        await("node | up");
        node.destroyForcibly();

        await("node ended by signal 9; starting it again in 1 s");
        ProcessHandle second = handle(await("node started"));
        assertThat(second.pid()).isNotEqualTo(node.pid());
        assertThat(vipd.isAlive()).isTrue();
    }

    @Test
    void thePauseGrowsWhileItKeepsCrashing() throws InterruptedException {
        run(shell("node", "exit 3", PATIENCE));

        await("node ended with exit code 3; starting it again in 1 s");
        await("node ended with exit code 3; starting it again in 2 s");
    }

    @Test
    void aChildThatRefusesItsInputStopsTheOtherToo() throws InterruptedException {
        run(shell("vipd", STAYS, PATIENCE), shell("node", "echo bad file; exit 2", PATIENCE));
        long vipd = pid(await("vipd started")); // by now it may be gone

        await("node ended with exit code 2: it refuses what it was given; stopping");
        assertThat(thread.join(PATIENCE)).isTrue();
        assertThat(code).hasValue(2);
        assertThat(ProcessHandle.of(vipd).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void aChildThatDoesNotEndIsKilledAndTheExitCodeSaysSo() throws InterruptedException {
        run(shell("node", DEAF, Duration.ofMillis(200)));
        ProcessHandle node = handle(await("node started"));
        await("node | up");

        assertThat(supervisor.stopAndAwait()).isEqualTo(1);
        await("node did not stop in time and was killed");
        assertThat(node.isAlive()).isFalse();
    }

    @Test
    void aProgramThatIsNotThereIsOneLine() throws InterruptedException {
        supervisor =
                new Supervisor(
                        List.of(
                                new Child.Spec(
                                        "node",
                                        List.of(folder.resolve("none").toString()),
                                        PATIENCE)),
                        output());
        thread = Thread.ofPlatform().start(this::supervise);

        assertThat(await("none")).doesNotContain("\tat ");
    }

    @Test
    void notEvenKillingTheSupervisorLeavesAnOrphan() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")));
        Process parent =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                SupervisorTest.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try (var reader = parent.inputReader()) {
            // In either order: the child's output and our own come from two threads.
            List<String> said = List.of(reader.readLine(), reader.readLine());
            assertThat(said).contains("node | up");
            ProcessHandle child = handle(said.get(1 - said.indexOf("node | up")));
            parent.destroyForcibly().waitFor();

            assertThat(child.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .succeedsWithin(PATIENCE);
        }
    }

    /** A supervisor in a process of its own, to be killed. */
    public static void main(String[] arguments) throws InterruptedException {
        new Supervisor(
                        List.of(shell("node", STAYS, PATIENCE)),
                        new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .run();
    }
}
