package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.testing.Patience;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Members as processes of their own, killed with SIGKILL: how soon the others know, and what. */
class KilledMemberTest {

    /** The figures printed are the ones to look at: about 0.2 s, most of it verification. */
    private static final Duration KNOWN_MAX = Duration.ofSeconds(3);

    /** What takes too long is staged again: the machine may have been elsewhere meanwhile. */
    private static final int STAGED_MAX = 3;

    /** Of each member's log, when something is not as it should be. */
    private static final int TOLD_LINES = 30;

    private final String prefix = Trio.prefix();
    private final List<Running> running = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();
    @TempDir private Path folder;
    private long incarnation = System.currentTimeMillis();

    @AfterEach
    void killAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void theOthersKnowSoonAndTheKilledOneComesBack() throws Exception {
        for (String node : List.of("lb1", "lb2", "lb3")) {
            running.add(start(node));
        }
        awaitMembers(3);
        List<List<Long>> staged = new ArrayList<>();
        do {
            staged.add(killEach());
        } while (!soon(staged.getLast()) && staged.size() < STAGED_MAX);
        assertThat(soon(staged.getLast())).as("known after, ms: %s", staged).isTrue();
    }

    /** What a killed node had open is open no more; what a hung one has is, once it goes on. */
    @Test
    void theConnectionsOfAKilledMemberCountNoMoreAndThoseOfAHungOneCountAgain() throws Exception {
        for (String node : List.of("lb1", "lb2", "lb3")) {
            running.add(start(node));
        }
        awaitMembers(3);
        running("lb1").say("open 4");
        running("lb2").say("open 5");
        running("lb3").say("open 2");
        awaitCurrent(11);

        kill("lb2");
        awaitCurrent(6);
        running.add(start("lb2"));
        awaitMembers(3);
        awaitCurrent(6);
        running("lb2").say("open 1");
        awaitCurrent(7);

        Running hung = running("lb3");
        running.remove(hung);
        signal("STOP", hung);
        awaitMembers(2);
        awaitCurrent(5);
        signal("CONT", hung);
        running.add(hung);
        awaitMembers(3);
        awaitCurrent(7);
    }

    private static void signal(String name, Running member) throws Exception {
        Process kill =
                new ProcessBuilder("kill", "-" + name, Long.toString(member.process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private Running running(String node) {
        return running.stream().filter(each -> each.node.equals(node)).findFirst().orElseThrow();
    }

    private void awaitCurrent(int connections) {
        for (Running member : running) {
            Trio.await(
                    () -> connections + " connections as " + member.node + " sees it: " + seen(),
                    () -> {
                        member.say("current");
                        return member.current == connections;
                    });
        }
    }

    private static boolean soon(List<Long> millis) {
        return millis.stream().allMatch(took -> took < KNOWN_MAX.toMillis());
    }

    /** One after the other; each comes back. Milliseconds until the others knew of each. */
    private List<Long> killEach() throws Exception {
        List<Long> all = new ArrayList<>();
        for (String victim : List.of("lb1", "lb3", "lb2")) { // a coordinator, another, the next one
            List<Long> millis = kill(victim);
            System.out.printf("%s killed: known to the others after %s ms%n", victim, millis);
            all.addAll(millis);
            running.add(start(victim));
            awaitMembers(3);
        }
        return all;
    }

    private Running start(String node) throws Exception {
        Process process = MemberProcess.start(prefix, node, ++incarnation, folder);
        started.add(process);
        return new Running(node, process);
    }

    /** Milliseconds until each of the others had a view without the victim. */
    private List<Long> kill(String node) {
        Running victim = running(node);
        running.remove(victim);
        long killed = System.nanoTime();
        victim.process.destroyForcibly();
        awaitMembers(2);
        return running.stream().map(other -> (other.viewNanos - killed) / 1_000_000).toList();
    }

    private void awaitMembers(int members) {
        for (Running member : running) {
            Trio.await(
                    () -> members + " members in sight of " + member.node + ": " + seen(),
                    () -> member.members == members);
        }
    }

    /** What each says, and the end of what it has written. */
    private String seen() {
        StringBuilder seen = new StringBuilder();
        for (Running member : running) {
            member.tell();
            seen.append(member).append('\n');
            try {
                List<String> lines = Files.readAllLines(folder.resolve(member.node + ".log"));
                lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size())
                        .forEach(line -> seen.append("  ").append(line).append('\n'));
            } catch (IOException e) {
                seen.append("  ").append(e).append('\n');
            }
        }
        return seen.toString();
    }

    /** A member, its last view and what it has said last of connections. */
    private static final class Running {
        private final String node;
        private final Process process;
        private final PrintStream out;
        private volatile int current;
        private final AtomicLong answers = new AtomicLong();
        private volatile long viewNanos;
        private volatile int members;

        Running(String node, Process process) {
            this.node = node;
            this.process = process;
            out = new PrintStream(process.getOutputStream(), true, UTF_8);
            Thread.ofVirtual().start(this::read);
        }

        @Override
        public String toString() {
            return node
                    + (process.isAlive() ? "" : " (ended)")
                    + " with "
                    + members
                    + " members and "
                    + current
                    + " connections";
        }

        void say(String line) {
            out.println(line);
        }

        /** Has it written to its log what it keeps. */
        void tell() {
            long before = answers.get();
            say("tell");
            Patience patience = new Patience(KNOWN_MAX);
            while (answers.get() <= before && !patience.isOver()) {
                Thread.onSpinWait();
            }
        }

        private void read() {
            try (BufferedReader in = process.inputReader(UTF_8)) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String[] words = line.split(" ");
                    if (words[0].equals("current")) {
                        current = Integer.parseInt(words[1]);
                        answers.incrementAndGet();
                    } else {
                        viewNanos = Long.parseLong(words[0]);
                        members = Integer.parseInt(words[1]);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
