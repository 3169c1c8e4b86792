package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Members as processes of their own, killed with SIGKILL: how soon the others know. */
class KilledMemberTest {

    /** The figures printed are the ones to look at: about 0.2 s, most of it verification. */
    private static final Duration KNOWN_MAX = Duration.ofSeconds(3);

    /** What takes too long is staged again: the machine may have been elsewhere meanwhile. */
    private static final int STAGED_MAX = 3;

    private final String prefix = Trio.prefix();
    private final List<Running> running = new ArrayList<>();
    @TempDir private Path folder;
    private long incarnation = System.currentTimeMillis();

    @AfterEach
    void killAll() {
        running.forEach(member -> member.process.destroyForcibly());
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
        return new Running(
                node,
                MemberProcess.start(MemberProcess.class, prefix, node, ++incarnation, folder));
    }

    /** Milliseconds until each of the others had a view without the victim. */
    private List<Long> kill(String node) {
        Running victim =
                running.stream().filter(each -> each.node.equals(node)).findFirst().orElseThrow();
        running.remove(victim);
        long killed = System.nanoTime();
        victim.process.destroyForcibly();
        awaitMembers(2);
        return running.stream().map(other -> (other.viewNanos - killed) / 1_000_000).toList();
    }

    private void awaitMembers(int members) {
        for (Running member : running) {
            Trio.await(
                    members + " members in sight of " + member.node,
                    () -> member.members == members);
        }
    }

    /** A member and its last view. */
    private static final class Running {
        private final String node;
        private final Process process;
        private volatile long viewNanos;
        private volatile int members;

        Running(String node, Process process) {
            this.node = node;
            this.process = process;
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader in = process.inputReader(UTF_8)) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String[] words = line.split(" ");
                    viewNanos = Long.parseLong(words[0]);
                    members = Integer.parseInt(words[1]);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
