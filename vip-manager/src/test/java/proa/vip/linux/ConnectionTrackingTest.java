package proa.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a real kernel makes of connections that it is told of, as its own listing has them. */
@RequiresNetns
class ConnectionTrackingTest {

    private static final String FOUR = " 10.77.0.100:7101 10.78.0.23:5001 tcp";
    private static final String SIX = " [fd00:77::100]:7104 [fd00:78::21]:5001 udp";

    @TempDir private Path folder;
    private Site site;
    private Program tracker;

    @BeforeEach
    void start() throws Exception {
        site = new Site();
        Path log = folder.resolve("tracker.log");
        tracker = new Program(site.command(1), log, "proa.vip.linux.Tracker", List.of());
        Trio.await("a tracker", () -> tracker.output().contains("ready"));
    }

    @AfterEach
    void stop() throws IOException {
        tracker.close();
        site.close();
    }

    private String ask(String line) throws Exception {
        int before = tracker.output().length();
        tracker.tell(line);
        Trio.await(line, () -> tracker.output().indexOf(" micros=", before) >= 0);
        String answer = tracker.output().substring(before).strip();
        assertThat(answer).contains(" refused=0 ");
        System.out.println(answer);
        return answer;
    }

    private List<String> kernel() throws IOException {
        return site.inside(1, "cat", "/proc/net/nf_conntrack")
                .lines()
                .filter(line -> line.contains("mark=" + Tracker.MARK + " "))
                .toList();
    }

    @Test
    void aConnectionIsThereTranslatedAndEstablishedAsIfItHadBegunHere() throws Exception {
        ask("put 1" + FOUR);
        assertThat(kernel())
                .singleElement()
                .satisfies(
                        line ->
                                assertThat(line)
                                        .containsPattern(" tcp +6 (59\\d|600) ESTABLISHED ")
                                        .contains(
                                                "src=198.18.0.1 dst=10.77.0.100 sport=1024"
                                                        + " dport=7101 src=10.78.0.23"
                                                        + " dst=198.18.0.1 sport=5001 dport=1024"
                                                        + " [ASSURED]"));
        ask("put 1" + SIX);
        assertThat(kernel())
                .hasSize(2)
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .containsPattern(" udp +17 (59\\d|600) ")
                                        .contains("sport=1024 dport=7104")
                                        .contains("sport=5001 dport=1024 [ASSURED]"));
        assertThat(ask("list 6"))
                .contains("list 6: 1 ")
                .contains("udp=true, state=0")
                .contains("port=7104")
                .contains("port=5001");
        assertThat(ask("list 4")).contains("list 4: 1 ").contains("udp=false, state=3");
    }

    @Test
    void aLaterOneReplacesItAndItIsRemovedAlone() throws Exception {
        ask("put 3" + FOUR);
        ask("put 1" + FOUR.replace("0.23", "0.22"));
        assertThat(kernel()).hasSize(3);
        assertThat(kernel().stream().filter(line -> line.contains("src=10.78.0.22"))).hasSize(1);
        ask("remove 1" + FOUR);
        assertThat(kernel()).hasSize(2);
        ask("remove 1" + FOUR);
        ask("forget");
        assertThat(kernel()).isEmpty();
        assertThat(ask("list 4")).contains("list 4: 0 ");
    }

    @Test
    void whatIsThereStaysWhereOneIsToBeAdded() throws Exception {
        ask("put 1" + FOUR);
        ask("add 2" + FOUR.replace("0.23", "0.22"));
        assertThat(kernel())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("src=10.78.0.23", "sport=1024 "))
                .anySatisfy(line -> assertThat(line).contains("src=10.78.0.22", "sport=1025 "));
    }

    /** As one is named of which this kernel saw a server's packet first. */
    @Test
    void itIsRemovedByEitherOfItsDirections() throws Exception {
        for (String kind : List.of(FOUR, SIX)) {
            ask("put 2" + kind);
            ask("answered 1" + kind);
            assertThat(kernel()).as(kind).singleElement().asString().contains("sport=1025 ");
            ask("answered 2" + kind);
            assertThat(kernel()).as(kind).isEmpty();
        }
    }

    /** The times that are printed are those of the decision's table. */
    @Test
    void tensOfThousandsAreTakenAndListed() throws Exception {
        for (int count : new int[] {2_000, 50_000}) {
            ask("put " + count + FOUR);
            assertThat(ask("list 4")).contains("list 4: " + count + " ");
            ask("remove " + count + FOUR);
            assertThat(ask("list 4")).contains("list 4: 0 ");
        }
    }
}
