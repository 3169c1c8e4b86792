package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.vip.vrrp.MachineBench.kinds;

import org.junit.jupiter.api.Test;

import proa.config.link.LinkMessage;
import proa.vip.message.MeshMessage;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What becomes of connections at a planned move, on both sides. */
class TailTest {

    private static final List<InetAddress> OWN = List.of(MachineBench.ip(1));
    private static final List<InetAddress> OTHERS = List.of(MachineBench.ip(0));

    private static MachineBench bench() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.tail = OWN;
        return setting.bench();
    }

    /** An owner whose node leaves, and a successor that has taken the group. */
    private static MachineBench moved() {
        MachineBench bench = bench().owner().meshUp("lb0", "lb2");
        bench.standsBy("lb0", 1);
        bench.standsBy("lb2", 1);
        bench.tell(new Event.MoveRequested("lb0", "an operator"));
        bench.owns("lb0", 2, true);
        return bench;
    }

    /** Lets time pass while the new owner is heard. */
    private static List<Action> run(MachineBench bench, long millis) {
        List<Action> actions = new ArrayList<>();
        for (long passed = 0; passed < millis; passed += 100) {
            actions.addAll(bench.run(100));
            bench.advert(0, 250);
        }
        return actions;
    }

    private static LinkMessage.Ownership told(MachineBench bench) {
        return MachineBench.all(bench.done, Action.TellNode.class).toList().getLast().ownership();
    }

    private static List<MeshMessage.Release> releases(MachineBench bench) {
        return MachineBench.said(bench.done).stream()
                .filter(MeshMessage.Release.class::isInstance)
                .map(MeshMessage.Release.class::cast)
                .toList();
    }

    @Test
    void the_old_owner_accepts_and_says_where_until_its_node_has_no_connection() {
        MachineBench bench = moved();
        assertThat(releases(bench).getLast().tail()).isEqualTo(OWN);
        assertThat(bench.backup()).isTrue();
        assertThat(told(bench).state()).isEqualTo(LinkMessage.State.BACKUP);
        assertThat(told(bench).tail()).isTrue();
        bench.done.clear();
        List<Action> meanwhile = run(bench, 10_000);
        assertThat(kinds(meanwhile)).doesNotContain("RemoveAddress", "DropLease", "RenewLease");
        assertThat(MachineBench.all(meanwhile, Action.StopAnswering.class).count())
                .as("renewed once in each interval")
                .isBetween(95L, 105L);
        List<Action> drained = bench.tell(new Event.NodeDrained());
        assertThat(kinds(drained)).startsWith("DropLease", "RemoveAddress");
        assertThat(MachineBench.said(drained)).contains(new MeshMessage.TailOver("web", 2));
        assertThat(told(bench).tail()).isFalse();
        assertThat(kinds(run(bench, 1_000))).doesNotContain("StopAnswering", "RemoveAddress");
    }

    @Test
    void the_tail_ends_after_its_time() {
        MachineBench bench = moved();
        assertThat(kinds(run(bench, Tail.MILLIS - 100))).doesNotContain("RemoveAddress");
        assertThat(kinds(run(bench, 200))).contains("DropLease").doesNotContain("RemoveAddress");
        assertThat(kinds(run(bench, 1_000))).contains("RemoveAddress");
    }

    @Test
    void a_node_that_is_gone_has_no_connections() {
        MachineBench bench = moved();
        assertThat(kinds(bench.tell(new Event.NodeGone())))
                .containsSubsequence("DropLease", "RemoveAddress");
    }

    @Test
    void a_vipd_that_stops_waits_for_the_connections() {
        MachineBench bench = moved();
        assertThat(kinds(bench.tell(new Event.Shutdown()))).doesNotContain("Finished");
        assertThat(kinds(bench.tell(new Event.NodeDrained())))
                .containsSubsequence("RemoveAddress", "Finished");
    }

    @Test
    void an_old_owner_that_must_take_it_again_keeps_the_address() {
        MachineBench bench = moved();
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
        List<Action> again = bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
        again =
                again.stream().anyMatch(Action.AddAddress.class::isInstance)
                        ? again
                        : bench.run(50);
        assertThat(bench.active()).isTrue();
        assertThat(kinds(again))
                .contains("RenewLease", "AddAddress")
                .doesNotContain("RemoveAddress");
        assertThat(kinds(bench.run(1_000))).doesNotContain("StopAnswering");
    }

    /** A standby to which the owner moves the group. */
    private static List<Action> takes(MachineBench bench, List<InetAddress> tail) {
        bench.owns("lb0", 7, true);
        bench.done.clear();
        return bench.says("lb0", new MeshMessage.Release("web", 7, "lb1", "moved", false, tail));
    }

    @Test
    void the_new_owner_passes_on_before_it_has_the_address() {
        MachineBench bench = bench().ready();
        List<Action> taken = takes(bench, OTHERS);
        assertThat(kinds(taken)).containsSubsequence("RenewLease", "PassTail", "AddAddress");
        assertThat(taken).contains(new Action.PassTail(OTHERS));
        List<Action> over = bench.says("lb0", new MeshMessage.TailOver("web", 8));
        assertThat(kinds(over)).contains("EndTail");
        assertThat(kinds(bench.run(Tail.MILLIS + 1_000))).doesNotContain("EndTail");
    }

    @Test
    void it_passes_nothing_when_the_old_owner_has_no_tail_or_is_gone_or_after_the_time() {
        assertThat(kinds(takes(bench().ready(), List.of()))).doesNotContain("PassTail");

        MachineBench gone = bench().ready();
        takes(gone, OTHERS);
        assertThat(kinds(gone.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN))))
                .contains("EndTail");

        MachineBench later = bench().ready();
        takes(later, OTHERS);
        assertThat(kinds(later.run(Tail.MILLIS + 50))).contains("EndTail");
    }

    /** It can still send, but hears nothing: clients are reset by who has the address now. */
    @Test
    void it_passes_nothing_to_an_old_owner_that_is_cut_off_while_it_lingers() {
        MachineBench bench = bench().ready();
        takes(bench, OTHERS);
        assertThat(
                        kinds(
                                bench.says(
                                        "lb0",
                                        new MeshMessage.Release(
                                                "web", 7, "", "cut off", false, List.of()))))
                .contains("EndTail");
        assertThat(bench.active()).isTrue();
    }

    @Test
    void it_passes_nothing_when_it_is_owner_no_longer() {
        MachineBench bench = bench().ready();
        takes(bench, OTHERS);
        assertThat(kinds(bench.owns("lb0", 9, true))).contains("RemoveAddress", "EndTail");
    }

    @Test
    void a_kernel_that_cannot_pass_on_does_not_keep_the_new_owner_from_the_address() {
        MachineBench bench = bench().ready();
        takes(bench, OTHERS);
        List<Action> rest =
                bench.tell(new Event.ActionFailed(new Action.PassTail(OTHERS), "EOPNOTSUPP"));
        assertThat(kinds(rest))
                .startsWith("AddAddress", "SendAdvert", "Announce")
                .contains("SayMesh", "TellNode");
        assertThat(kinds(bench.run(20))).as("its schedule goes on").contains("Announce");
        assertThat(bench.active()).isTrue();
        assertThat(kinds(bench.says("lb0", new MeshMessage.TailOver("web", 8))))
                .as("there is nothing to end")
                .doesNotContain("EndTail");
    }
}
