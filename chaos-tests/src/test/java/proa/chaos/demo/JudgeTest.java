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

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Every verdict holds for a good run, and each falls for its own reason alone. */
class JudgeTest {

    private Kill kill = kill("lb2", 12, true, 0, 3);
    private Requests requests = requests(0);
    private Sessions sessions = sessions(1_000, 0);
    private List<String> survivors = List.of("lb2", "lb3");
    private List<Kill> earlier = List.of();
    private Sticky sticky = new Sticky(1_000, 0);
    private RateLimit limit = new RateLimit(100, 100, 600, 500);
    private Writer writer = new Writer("lb2", 100, 0, "", 300, 0, 0);

    private static Kill kill(String after, double gap, boolean over, double overlap, long failed) {
        return new Kill("lb1", after, gap, 0, over, overlap, 5, 1, 0, failed, failed, 0, 4);
    }

    private static Requests requests(long moved) {
        return new Requests(9_000, 3, 4, 50, 600, moved, 90, List.of(), List.of());
    }

    private static Sessions sessions(long before, long lost) {
        return new Sessions(
                before,
                2_000,
                lost,
                300,
                List.of(read("lb2", 2_000, 1_000), read("lb3", 1_000, 1_000)));
    }

    private static ReadBack read(String node, int sessions, int sticky) {
        return new ReadBack(node, sessions, 0, sticky, 0, 0, 0, 900, List.of());
    }

    private static Sessions sessions(ReadBack... reads) {
        return new Sessions(1_000, 2_000, 0, 300, List.of(reads));
    }

    private List<String> broken() {
        List<Kill> kills = new ArrayList<>(earlier);
        kills.add(kill);
        return Judge.verdicts(kills, requests, sessions, sticky, limit, List.of(writer), survivors)
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
    void aFailedRequestThatIsNotListedOrBeganTooLateFails() {
        kill = new Kill("lb1", "lb2", 10, 0, true, 0, 5, 1, 0, 4, 3, 0, 4);
        assertThat(broken()).hasSize(1).first().asString().startsWith("each failed request");
        kill = new Kill("lb1", "lb2", 10, 0, true, 0, 5, 1, 0, 4, 4, 1, 4);
        assertThat(broken()).hasSize(1).first().asString().startsWith("each failed request");
        kill = new Kill("lb1", "lb2", 10, 0, true, 0, 5, 1, 0, 4, 4, 0, 4);
        assertThat(broken()).isEmpty();
    }

    @Test
    void tenKillsAreJudgedByHalfOfThemToo() {
        earlier = Collections.nCopies(9, kill("lb2", 25.1, true, 0, 0));
        assertThat(broken()).containsExactly("of ten kills or more half are over within 25 ms");
        earlier = Collections.nCopies(8, kill("lb2", 25.1, true, 0, 0));
        assertThat(broken()).as("nine prove too little").isEmpty();
        earlier = new ArrayList<>(Collections.nCopies(5, kill("lb2", 149, true, 0, 0)));
        earlier.addAll(Collections.nCopies(4, kill("lb2", 25, true, 0, 0)));
        assertThat(broken()).as("five of ten are fast").isEmpty();
    }

    @Test
    void aSurvivorThatWasNotAskedOrAskedForTooLittleFails() {
        sessions = sessions(read("lb2", 2_000, 1_000));
        assertThat(broken()).hasSize(2).allMatch(what -> what.endsWith("every survivor"));
        sessions = sessions(read("lb2", 2_000, 1_000), read("lb2", 2_000, 1_000));
        assertThat(broken()).as("one asked twice is not two").hasSize(2);
        sessions = sessions(read("lb2", 2_000, 1_000), read("lb3", 999, 1_000));
        assertThat(broken()).hasSize(1).first().asString().startsWith("every acknowledged");
        sessions = sessions(read("lb2", 2_000, 1_000), read("lb3", 1_000, 999));
        assertThat(broken()).hasSize(1).first().asString().startsWith("every sticky");
        survivors = List.of();
        sessions = sessions();
        assertThat(broken()).as("nobody survived").hasSize(2);
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
        writer = new Writer("lb2", 100, 1, "TRYAGAIN", 300, 0, 0);
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
