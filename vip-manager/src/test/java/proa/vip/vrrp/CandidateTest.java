package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.vip.vrrp.MachineBench.all;

import org.junit.jupiter.api.Test;

import proa.vip.message.MeshMessage;

import java.util.List;

/** What a node knows of why others, and itself, could not take a group. */
class CandidateTest {

    private static MachineBench owner() {
        MachineBench bench = MachineBench.setting().bench().owner().meshUp("lb0", "lb2");
        bench.standsBy("lb0", 1);
        bench.standsBy("lb2", 1);
        return bench;
    }

    private static List<Candidate> of(MachineBench bench) {
        return bench.machine.candidates(bench.now());
    }

    private static void stands(
            MachineBench bench, MeshMessage.State state, int priority, boolean gateway) {
        bench.says("lb2", new MeshMessage.GroupState("web", 1, state, priority, false, gateway));
    }

    private static Candidate second(MachineBench bench) {
        return of(bench).getLast();
    }

    @Test
    void nodes_that_are_ready_lack_nothing_and_the_owner_is_none_of_them() {
        assertThat(of(owner()))
                .containsExactly(
                        new Candidate("lb0", true, true, ""), new Candidate("lb2", true, true, ""));
    }

    @Test
    void of_a_peer_its_connection_its_state_and_its_age_are_told() {
        MachineBench bench = owner();
        stands(bench, MeshMessage.State.FAULT, 0, true);
        assertThat(second(bench))
                .isEqualTo(
                        new Candidate("lb2", false, false, "it has a fault, which its log tells"));
        stands(bench, MeshMessage.State.INITIALIZE, 0, true);
        assertThat(second(bench).why()).isEqualTo("its vipd starts or stops");
        stands(bench, MeshMessage.State.BACKUP, 0, true);
        assertThat(second(bench).why()).isEqualTo("in maintenance, or its node does not serve");
        assertThat(second(bench).able()).isFalse();
        bench.standsBy("lb2", 1);
        bench.run(2_500);
        assertThat(second(bench))
                .isEqualTo(new Candidate("lb2", false, false, "not heard for 2500 ms"));
        bench.tell(new Event.MeshPeerDown("lb2", Event.Ending.SILENT));
        assertThat(second(bench)).isEqualTo(new Candidate("lb2", false, false, "not connected"));
        bench.meshUp("lb2");
        assertThat(second(bench).why()).isEqualTo("it has not said yet how it stands");
    }

    @Test
    void a_peer_that_is_less_than_ready_says_by_how_much() {
        MachineBench bench = owner();
        stands(bench, MeshMessage.State.BACKUP, 210, true);
        assertThat(second(bench))
                .isEqualTo(
                        new Candidate(
                                "lb2", true, false, "lowered to 210 of 230 by what it tracks"));
        stands(bench, MeshMessage.State.BACKUP, 130, true);
        assertThat(second(bench).why())
                .isEqualTo(
                        "lowered to 130 of 230: its node is not ready, or what it tracks has"
                                + " failed");
        stands(bench, MeshMessage.State.BACKUP, 130, false);
        assertThat(second(bench).why()).isEqualTo("its gateway does not answer");
        stands(bench, MeshMessage.State.BACKUP, 110, false);
        assertThat(second(bench).why())
                .isEqualTo("its gateway does not answer, lowered to 110 of 230 by what it tracks");
    }

    /** This node stands by, and another one owns it: it knows itself best. */
    @Test
    void of_itself_a_node_tells_the_reason() {
        MachineBench bench = MachineBench.setting().bench().ready().meshUp("lb0", "lb2");
        bench.owns("lb0", 3, true);
        assertThat(of(bench).getFirst()).isEqualTo(new Candidate("lb1", true, true, ""));
        bench.tell(new Event.Tracked(20, "script host: exit code 1"));
        assertThat(of(bench).getFirst())
                .isEqualTo(
                        new Candidate(
                                "lb1",
                                true,
                                false,
                                "lowered to 220 of 240 by what it tracks: script host: exit code"
                                        + " 1"));
        bench.tell(new Event.Tracked(0, ""));
        bench.tell(new Event.NodeReadiness(false, "servers have not all been probed"));
        assertThat(of(bench).getFirst())
                .isEqualTo(
                        new Candidate(
                                "lb1",
                                true,
                                false,
                                "its node is not ready: servers have not all been probed"));
        bench.tell(new Event.NodeGone());
        assertThat(of(bench).getFirst())
                .isEqualTo(new Candidate("lb1", false, false, "the node process is gone"));
        bench.tell(new Event.Drain(true));
        assertThat(of(bench).getFirst())
                .isEqualTo(new Candidate("lb1", false, false, "in maintenance"));
        bench.tell(new Event.LinkState(false));
        assertThat(of(bench).getFirst().why()).isEqualTo("the link is down");
    }

    @Test
    void routers_of_others_cannot_be_told_to_take_it() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.plainPeers = true;
        assertThat(of(setting.bench().owner()))
                .extracting(Candidate::able, Candidate::why)
                .containsOnly(
                        org.assertj.core.groups.Tuple.tuple(
                                false, "a plain VRRP router, which cannot be told to"));
    }

    @Test
    void an_owner_that_does_not_move_the_group_logs_what_the_other_one_lacks() {
        MachineBench bench = owner();
        stands(bench, MeshMessage.State.BACKUP, 0, true);
        bench.tell(new Event.MoveRequested("lb2", "root"));
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.SILENT));
        bench.tell(new Event.MoveRequested("lb0", "root"));
        bench.tell(new Event.MoveRequested("lb7", "root"));
        assertThat(all(bench.done, Action.Log.class).map(Action.Log::text))
                .contains(
                        "not moved to lb2: in maintenance, or its node does not serve",
                        "not moved to lb0: not connected",
                        "not moved to lb7: no node of that name may own it");
        assertThat(bench.active()).isTrue();
    }
}
