package proa.chaos.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.demo.Facts.Kill;
import proa.chaos.demo.Facts.RateLimit;
import proa.chaos.demo.Facts.Requests;
import proa.chaos.demo.Facts.Sessions;
import proa.chaos.demo.Facts.Sticky;
import proa.chaos.demo.Facts.Verdict;
import proa.chaos.load.LoadReport.ReadBack;
import proa.chaos.load.LoadReport.Writer;

import java.util.List;

/** Every verdict holds for a good run, and each falls for its own reason alone. */
class JudgeTest {

    private Kill kill = kill("lb2", 12, true, 0, 3);
    private Requests requests = requests(0);
    private Sessions sessions = sessions(1_000, 0);
    private Sticky sticky = new Sticky(1_000, 0);
    private RateLimit limit = new RateLimit(100, 100, 600, 500);
    private Writer writer = new Writer("lb2", 100, 0, "", 300, 0);

    private static Kill kill(String after, double gap, boolean over, double overlap, long failed) {
        return new Kill("lb1", after, gap, 0, over, overlap, 5, 1, 0, failed, 4);
    }

    private static Requests requests(long moved) {
        return new Requests(9_000, 3, 4, 50, 600, moved, 90, List.of(), List.of());
    }

    private static Sessions sessions(long before, long lost) {
        ReadBack read = new ReadBack("lb2", 2_000, (int) lost, 1_000, 0, 900, List.of());
        return new Sessions(before, 2_000, lost, 300, List.of(read));
    }

    private List<String> broken() {
        return Judge.verdicts(List.of(kill), requests, sessions, sticky, limit, List.of(writer))
                .stream()
                .filter(verdict -> !verdict.holds())
                .map(Verdict::what)
                .toList();
    }

    @Test
    void aGoodRunPasses() {
        assertThat(broken()).isEmpty();
        kill = kill("lb2", 149, true, -1, 4);
        assertThat(broken()).as("on loopback ARP is not asked").isEmpty();
    }

    @Test
    void aLongOrEndlessGapFails() {
        kill = kill("lb2", 151, true, 0, 0);
        assertThat(broken()).containsExactly("the address answers again within 150 ms");
        kill = kill("lb2", 10, false, 0, 0);
        assertThat(broken()).containsExactly("the address answers again within 150 ms");
    }

    @Test
    void twoOwnersOrTheSameOneFail() {
        kill = kill("lb2", 10, true, 10, 0);
        assertThat(broken()).containsExactly("the address has one owner, a new one");
        kill = kill("lb1", 10, true, 0, 0);
        assertThat(broken()).containsExactly("the address has one owner, a new one");
    }

    @Test
    void moreFailedThanInFlightOrAnIgnoredCookieFails() {
        kill = kill("lb2", 10, true, 0, 5);
        assertThat(broken()).hasSize(1).first().asString().startsWith("requests failed");
        kill = kill("lb2", 10, true, 0, 4);
        requests = requests(1);
        assertThat(broken()).hasSize(1).first().asString().startsWith("requests failed");
    }

    @Test
    void aLostSessionOrTooFewToJudgeFails() {
        sessions = sessions(1_000, 1);
        assertThat(broken()).hasSize(1).first().asString().startsWith("every acknowledged");
        sessions = sessions(999, 0);
        assertThat(broken()).hasSize(1).first().asString().startsWith("every acknowledged");
    }

    @Test
    void aWriteThatFailsThroughASurvivorFails() {
        writer = new Writer("lb2", 100, 1, "TRYAGAIN", 300, 0);
        assertThat(broken()).hasSize(1).first().asString().startsWith("session writes");
    }

    @Test
    void aMovedStickyClientFails() {
        sticky = new Sticky(1_000, 1);
        assertThat(broken()).hasSize(1).first().asString().startsWith("every sticky");
    }

    @Test
    void aLimitThatForgetsOrIsNotReachedFails() {
        limit = new RateLimit(100, 104, 600, 496);
        assertThat(broken()).containsExactly("the rate limit is the cluster's");
        limit = new RateLimit(100, 80, 80, 0);
        assertThat(broken()).containsExactly("the rate limit is the cluster's");
    }
}
