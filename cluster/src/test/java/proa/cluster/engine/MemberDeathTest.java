package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.testing.Patience;
import proa.testing.Ports;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Three processes, sixteen writers on each of two; the third is killed, and comes back. */
class MemberDeathTest {

    /** A member starts beside sixteen writers on each of two others, on as many processors. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int WARM_WRITES = 200;

    /** So long copies move to one that has joined, and a bit. */
    private static final int COPIES_MOVE_SECONDS = 4;

    /**
     * Three times what is promised, on top of what the machine's other work makes a write wait
     * anyway.
     */
    private static final long TRIPWIRE_MILLIS = 3 * 700;

    /** What takes too long is staged again: the machine may have been elsewhere meanwhile. */
    private static final int STAGED_MAX = 3;

    private final List<Running> running = new ArrayList<>();
    private final String name = "death-" + UUID.randomUUID();
    private int port;

    @AfterEach
    void killAll() {
        running.forEach(member -> member.process.destroyForcibly());
    }

    /** A member and the lines it understands. */
    private static final class Running {
        private final Process process;
        private final PrintStream out;
        private final BufferedReader in;

        Running(Process process) {
            this.process = process;
            out = new PrintStream(process.getOutputStream(), true, UTF_8);
            in = process.inputReader(UTF_8);
        }

        String say(String word) throws IOException {
            out.println(word);
            return in.readLine();
        }
    }

    private Running start(int id) throws IOException {
        return new Running(SessionMember.process(name, port, "lb" + id));
    }

    private void startTrio() throws Exception {
        port = Ports.free();
        for (int id = 1; id <= 3; id++) {
            running.add(start(id));
        }
        for (Running member : running) {
            await(member, "3");
        }
    }

    /** Until then a death may take the only copy. */
    private void awaitCopies() throws Exception {
        for (Running member : running) {
            await(member, "settled", "true");
        }
    }

    private static void await(Running member, String members) throws Exception {
        await(member, "members", members);
    }

    private static void await(Running member, String word, String answer) throws Exception {
        Patience patience = new Patience(PATIENCE);
        for (String said = member.say(word); !said.equals(answer); said = member.say(word)) {
            assertThat(patience.isOver()).as("%s: %s, not %s", word, said, answer).isFalse();
            member.process.waitFor(10, TimeUnit.MILLISECONDS);
        }
    }

    /** Writes of members that have just started wait for their code to be compiled. */
    private static void awaitWarm(Running member) throws Exception {
        Patience patience = new Patience(PATIENCE);
        while (Integer.parseInt(member.say("written")) < WARM_WRITES) {
            assertThat(patience.isOver()).as("writes are acknowledged").isFalse();
            member.process.waitFor(20, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * The longest of the writes since it was asked before, in milliseconds, and how many waited in
     * vain.
     */
    private record Longest(long millis, long late) {
        static Longest of(Running member) throws IOException {
            String[] said = member.say("longest").split(" ");
            return new Longest(Long.parseLong(said[0]), Long.parseLong(said[1]));
        }

        Longest and(Longest other) {
            return new Longest(Math.max(millis, other.millis), late + other.late);
        }
    }

    /** What a death and the return make a write wait, and what it waits before. */
    private record Waits(Longest before, Longest death, Longest join) {
        boolean soon() {
            Longest longest = death.and(join);
            return longest.late == 0 && longest.millis < TRIPWIRE_MILLIS + 2 * before.millis;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aKilledMemberLosesNoAcknowledgedWrite(int victim) throws Exception {
        startTrio();
        Running first = running.get(victim == 0 ? 1 : 0);
        Running second = running.get(victim == 2 ? 1 : 2);
        first.say("write");
        second.say("write");
        awaitWarm(first);
        awaitWarm(second);
        List<Waits> staged = new ArrayList<>();
        do {
            awaitCopies();
            staged.add(killAndReturn(victim, first, second));
        } while (!staged.getLast().soon() && staged.size() < STAGED_MAX);
        String[] one = first.say("stop").split(" ");
        String[] two = second.say("stop").split(" ");
        String lost = first.say("verify") + " " + second.say("verify");
        System.out.printf(
                "member %d killed: longest write, ms %s, failed %s and %s, lost %s of %s and %s%n",
                victim + 1, staged, one[1], two[1], lost, one[2], two[2]);
        assertThat(lost).isEqualTo("0 0");
        assertThat(one[1] + " " + two[1]).as("failed writes").isEqualTo("0 0");
        assertThat(staged.getLast().soon()).as("longest write: %s", staged).isTrue();
    }

    private Waits killAndReturn(int victim, Running first, Running second) throws Exception {
        first.say("longest");
        second.say("longest");
        first.process.waitFor(2, TimeUnit.SECONDS);
        Longest before = longest(first, second);
        running.get(victim).process.destroyForcibly();
        await(first, "2");
        await(second, "2");
        first.process.waitFor(2, TimeUnit.SECONDS);
        Longest death = longest(first, second);
        Running back = start(victim + 1);
        running.set(victim, back);
        await(back, "3");
        back.process.waitFor(COPIES_MOVE_SECONDS, TimeUnit.SECONDS);
        return new Waits(before, death, longest(first, second));
    }

    private static Longest longest(Running first, Running second) throws IOException {
        return Longest.of(first).and(Longest.of(second));
    }
}
