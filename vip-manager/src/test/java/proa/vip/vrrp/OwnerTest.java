package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.vip.vrrp.MachineBench.adverts;
import static proa.vip.vrrp.MachineBench.all;
import static proa.vip.vrrp.MachineBench.kinds;
import static proa.vip.vrrp.MachineBench.said;

import org.junit.jupiter.api.Test;

import proa.config.link.LinkMessage;
import proa.vip.message.MeshMessage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What Proa nodes agree on among themselves, beyond RFC 9568: the owner's view. */
class OwnerTest {

    private static MachineBench owner() {
        MachineBench bench = MachineBench.setting().bench().owner().meshUp("lb0", "lb2");
        bench.standsBy("lb0", 1);
        bench.standsBy("lb2", 1);
        bench.done.clear();
        return bench;
    }

    private static MachineBench alone() {
        return MachineBench.setting().bench().owner();
    }

    private static MachineBench withGateway() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.gateway = true;
        MachineBench bench = setting.bench().ready();
        bench.tell(new Event.GatewayProbed(true));
        bench.run(400);
        bench.meshUp("lb0");
        bench.standsBy("lb0", 1);
        assertThat(bench.active()).isTrue();
        return bench;
    }

    @Test
    void a_dead_node_process_hands_over_at_once_lease_first() {
        MachineBench bench = owner();
        List<Action> died = bench.tell(new Event.NodeGone());
        assertThat(kinds(died))
                .startsWith("DropLease", "SayMesh")
                .doesNotContain("StopAnswering", "RemoveAddress");
        assertThat(adverts(died)).containsExactly(0);
        assertThat(said(died).getFirst())
                .isEqualTo(new MeshMessage.Release("web", 1, "lb0", "the node process is gone"));
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void
            the_address_of_a_dead_node_process_stays_a_second_without_a_lease_to_end_its_connections() {
        MachineBench bench = owner();
        bench.tell(new Event.NodeGone());
        bench.owns("lb0", 2, true);
        assertThat(kinds(bench.run(999))).doesNotContain("RemoveAddress", "RenewLease");
        assertThat(kinds(bench.run(2))).contains("RemoveAddress");
        assertThat(kinds(bench.run(5_000))).doesNotContain("RemoveAddress");
    }

    @Test
    void a_farewell_ends_when_the_process_stops_and_when_the_group_comes_back() {
        MachineBench stopping = owner();
        stopping.tell(new Event.NodeGone());
        assertThat(kinds(stopping.tell(new Event.Shutdown())))
                .containsSubsequence("RemoveAddress", "Finished");
        MachineBench again = owner();
        again.tell(new Event.NodeGone());
        again.ready();
        again.tell(
                new Event.MeshPeerSaid(
                        "lb0", new MeshMessage.Release("web", 2, "lb1", "it died as well")));
        assertThat(again.active()).isTrue();
        assertThat(kinds(again.run(2_000))).doesNotContain("RemoveAddress");
    }

    /** What fails leaves out what follows: nobody would say it again. */
    @Test
    void who_stops_finishes_though_the_kernel_refuses_its_last_actions() {
        MachineBench bench = owner();
        bench.tell(new Event.Shutdown());
        assertThat(kinds(bench.run(300)))
                .containsSubsequence("DropLease", "RemoveAddress", "Finished");
        assertThat(kinds(bench.tell(new Event.ActionFailed(new Action.DropLease(), "no memory"))))
                .containsSubsequence("RemoveAddress", "Finished");
        assertThat(
                        kinds(
                                bench.tell(
                                        new Event.ActionFailed(
                                                new Action.RemoveAddress(), "no memory"))))
                .contains("Finished")
                .doesNotContain("RemoveAddress");
    }

    @Test
    void that_a_node_may_leave_is_said_again_after_a_failure() {
        MachineBench bench = MachineBench.setting().bench().ready();
        assertThat(kinds(bench.tell(new Event.NodeLeaving()))).contains("LetNodeLeave");
        assertThat(kinds(bench.tell(new Event.Tick()))).doesNotContain("LetNodeLeave");
        assertThat(kinds(bench.tell(new Event.ActionFailed(new Action.DropLease(), "no memory"))))
                .contains("LetNodeLeave");
    }

    @Test
    void the_second_notice_of_the_same_death_changes_nothing() {
        MachineBench bench = owner();
        bench.tell(new Event.NodeGone());
        assertThat(bench.tell(new Event.NodeGone())).isEmpty();
    }

    @Test
    void with_nobody_to_take_it_the_owner_keeps_it_with_one_alarm_and_hands_over_later() {
        MachineBench bench = alone();
        bench.tell(new Event.NodeGone());
        List<Action> kept = bench.run(5_000, false);
        assertThat(bench.active()).isTrue();
        assertThat(kinds(kept)).contains("RenewLease", "SendAdvert").doesNotContain("DropLease");
        assertThat(adverts(kept)).containsOnly(1);
        assertThat(
                        MachineBench.all(bench.done, Action.Log.class)
                                .filter(log -> log.level() == Action.Level.ALARM))
                .hasSize(1);
        bench.meshUp("lb2");
        bench.standsBy("lb2", 1);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_stopped_node_is_looked_at_after_150_ms_and_handed_over() {
        MachineBench bench = owner();
        bench.tell(new Event.NodeHeartbeat(1, 1));
        assertThat(kinds(bench.run(149, false))).doesNotContain("LookAtNode");
        assertThat(kinds(bench.run(2, false))).contains("LookAtNode");
        bench.tell(new Event.NodeLooked(true));
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_silent_node_that_is_not_stopped_has_a_second() {
        MachineBench bench = owner();
        bench.tell(new Event.NodeHeartbeat(1, 1));
        for (int look = 0; look < 9; look++) {
            bench.run(100, false);
            bench.tell(new Event.NodeLooked(false));
            assertThat(bench.active()).isTrue();
        }
        bench.run(110, false);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_node_whose_event_loop_stands_still_for_a_second_is_stuck_though_its_heartbeats_come() {
        MachineBench bench = ownerForLong();
        bench.tell(new Event.NodeHeartbeat(999, 1));
        assertThat(bench.active()).isTrue();
        bench.tell(new Event.NodeHeartbeat(1_000, 1));
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_node_that_served_and_serves_no_more_is_stuck_and_one_that_does_not_measure_is_not() {
        MachineBench bench = ownerForLong();
        bench.tell(new Event.NodeHeartbeat(1, Long.MAX_VALUE));
        assertThat(bench.active()).isTrue();
        bench.tell(new Event.NodeHeartbeat(1, 3));
        bench.tell(new Event.NodeHeartbeat(1, 1_500));
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_new_owner_that_every_client_comes_to_at_once_has_three_seconds() {
        MachineBench bench = owner();
        bench.tell(new Event.NodeHeartbeat(1, 3));
        bench.tell(new Event.NodeHeartbeat(2_999, 2_999));
        assertThat(bench.active()).isTrue();
        bench.tell(new Event.NodeHeartbeat(3_000, 1));
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_node_of_a_group_that_advertises_once_a_second_has_three_seconds() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.interval = Duration.ofSeconds(1);
        MachineBench bench = setting.bench().ready();
        bench.run(4_000);
        assertThat(bench.active()).isTrue();
        bench.run(NodeWatch.AFTER_TAKEOVER_NANOS / Timers.MILLI);
        bench.meshUp("lb0", "lb2").tell(new Event.NodeHeartbeat(2_999, 1));
        for (int part : List.of(1_000, 1_000, 999)) {
            bench.standsBy("lb0", 1);
            bench.run(part, false);
            assertThat(bench.active()).as("silent for less than three seconds").isTrue();
        }
        bench.run(1, false);
        assertThat(bench.backup()).isTrue();
    }

    /** Hosts that are all too busy do not pass it round and round. */
    @Test
    void a_group_that_comes_back_to_a_node_that_was_stuck_stays_longer_each_time() {
        MachineBench bench = ownerForLong();
        assertThat(millisUntilGivenAway(bench)).isZero();
        for (int more : List.of(2_000, 4_000, 8_000, 16_000, 16_000)) {
            becomesOwnerAgain(bench);
            assertThat(millisUntilGivenAway(bench)).isBetween((long) more, more + 25L);
        }
        bench.run(120_000);
        becomesOwnerAgain(bench);
        assertThat(millisUntilGivenAway(bench)).as("long ago").isZero();
    }

    @Test
    void a_group_that_came_back_goes_at_once_when_the_node_dies() {
        MachineBench bench = ownerForLong();
        millisUntilGivenAway(bench);
        becomesOwnerAgain(bench);
        bench.standsBy("lb2", 1);
        bench.tell(new Event.NodeHeartbeat(3_000, 1));
        assertThat(bench.active()).isTrue();
        bench.tell(new Event.NodeGone());
        assertThat(bench.backup()).isTrue();
    }

    /** Nobody else announces it. */
    private static void becomesOwnerAgain(MachineBench bench) {
        bench.run(6_000);
        assertThat(bench.active()).isTrue();
    }

    private static long millisUntilGivenAway(MachineBench bench) {
        long stuck = 0;
        while (true) {
            bench.standsBy("lb0", 1);
            bench.standsBy("lb2", 1);
            bench.tell(new Event.NodeHeartbeat(3_000, 1));
            if (bench.backup()) {
                return stuck;
            }
            bench.run(25, false);
            stuck += 25;
        }
    }

    /** Beyond the time in which a new owner is flooded. */
    private static MachineBench ownerForLong() {
        MachineBench bench = owner();
        bench.run(NodeWatch.AFTER_TAKEOVER_NANOS / Timers.MILLI);
        bench.standsBy("lb0", 1);
        bench.standsBy("lb2", 1);
        return bench;
    }

    @Test
    void a_leaving_node_lingers_accepting_for_200_ms_and_then_may_leave() {
        MachineBench bench = owner();
        List<Action> leaving = bench.tell(new Event.NodeLeaving());
        assertThat(kinds(leaving))
                .startsWith("StopAnswering", "SayMesh")
                .endsWith("SendAdvert")
                .doesNotContain("LetNodeLeave");
        assertThat(leaving).contains(new Action.StopAnswering(200));
        bench.owns("lb0", 2, true);
        assertThat(kinds(bench.run(199))).doesNotContain("RemoveAddress");
        assertThat(kinds(bench.run(2)))
                .containsSubsequence("DropLease", "RemoveAddress", "LetNodeLeave");
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_leaving_node_may_leave_at_once_when_it_does_not_own() {
        MachineBench bench = MachineBench.setting().bench().ready();
        bench.advert(0, 250);
        assertThat(kinds(bench.tell(new Event.NodeLeaving()))).contains("LetNodeLeave");
    }

    @Test
    void a_leaving_node_may_leave_though_nobody_takes_over() {
        MachineBench bench = alone();
        assertThat(kinds(bench.tell(new Event.NodeLeaving()))).contains("LetNodeLeave");
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_successor_that_does_not_take_it_loses_it_again() {
        MachineBench bench = owner();
        bench.tell(new Event.MoveRequested("lb2", "an operator"));
        assertThat(said(bench.done))
                .contains(new MeshMessage.Release("web", 1, "lb2", "an operator moved it", true));
        bench.run(210);
        assertThat(bench.active()).isTrue();
        assertThat(bench.term()).isEqualTo(2);
    }

    @Test
    void a_move_to_a_node_that_cannot_serve_is_refused_with_a_reason() {
        MachineBench bench = alone();
        bench.tell(new Event.MoveRequested("lb2", "an operator"));
        assertThat(bench.active()).isTrue();
        assertThat(MachineBench.all(bench.done, Action.Log.class).map(Action.Log::text))
                .anyMatch(t -> t.contains("lb2"));
    }

    @Test
    void a_drained_node_gives_it_up_and_does_not_take_it_back() {
        MachineBench bench = owner();
        bench.tell(new Event.Drain(true));
        bench.owns("lb0", 2, true);
        bench.run(300);
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
        bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
        bench.run(5_000);
        assertThat(bench.backup()).isTrue();
        bench.tell(new Event.Drain(false));
        bench.run(50);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_higher_term_over_the_mesh_ends_ownership_at_once_without_an_advert() {
        MachineBench bench = owner();
        List<Action> yielded = bench.owns("lb2", 2, true);
        assertThat(bench.backup()).isTrue();
        assertThat(kinds(yielded)).startsWith("DropLease", "RemoveAddress");
        assertThat(adverts(yielded)).isEmpty();
    }

    @Test
    void at_the_same_term_the_preferred_node_keeps_it() {
        MachineBench bench = owner();
        bench.owns("lb2", 1, true);
        assertThat(bench.active()).isTrue();
        bench.owns("lb0", 1, true);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void an_owner_that_lost_its_gateway_yields_to_one_that_kept_it_whatever_the_terms() {
        MachineBench bench = owner();
        bench.owns("lb2", 9, false);
        assertThat(bench.active()).as("mine was kept").isTrue();
        assertThat(kinds(bench.done)).contains("Announce");
        assertThat(bench.term()).as("nobody knows a higher term than the owner's").isEqualTo(10);
    }

    /** Another owner may hear of it through a third node, and outgrow this one in turn. */
    @Test
    void higher_terms_are_outgrown_once_an_advertisement() {
        MachineBench bench = MachineBench.setting().bench().owner().meshUp("lb2");
        bench.standsBy("lb2", 5);
        assertThat(bench.term()).isEqualTo(6);
        for (int more = 0; more < 10; more++) {
            bench.standsBy("lb2", 50 + more);
        }
        assertThat(bench.term()).isEqualTo(6);
        bench.run(110);
        bench.standsBy("lb2", 60);
        assertThat(bench.term()).isEqualTo(61);
    }

    @Test
    void a_standby_that_knows_a_higher_term_is_outgrown() {
        MachineBench bench = owner();
        bench.standsBy("lb2", 5);
        assertThat(bench.active()).isTrue();
        assertThat(bench.term()).isEqualTo(6);
    }

    @Test
    void an_advert_of_greater_priority_moves_nothing_while_the_mesh_lives() {
        MachineBench bench = owner();
        List<Action> forged = bench.advert(0, 255);
        assertThat(bench.active()).isTrue();
        assertThat(said(forged)).isNotEmpty();
        assertThat(adverts(forged))
                .as("two owners must not answer each other without end")
                .isEmpty();
    }

    @Test
    void a_flood_of_adverts_in_a_connected_peers_name_is_answered_every_ten_milliseconds() {
        MachineBench bench = owner();
        for (int advert = 0; advert < 1_000; advert++) {
            bench.advert(0, 255);
        }
        assertThat(said(bench.done)).hasSize(1);
        assertThat(said(bench.advert(2, 255))).as("each peer for itself").hasSize(1);
        bench.sleep(10);
        assertThat(said(bench.advert(0, 255))).hasSize(1);
    }

    @Test
    void without_the_mesh_a_greater_advert_of_ours_is_believed_unless_its_vipd_is_dead() {
        MachineBench dead = alone();
        assertThat(dead.advert(0, 250)).contains(new Action.ConfirmPeer("lb0"));
        assertThat(dead.active()).isTrue();
        dead.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
        assertThat(dead.active()).isTrue();

        MachineBench alive = alone();
        alive.advert(0, 250);
        alive.tell(new Event.PeerConfirmed("lb0", Event.Verdict.ALIVE));
        assertThat(alive.backup()).isTrue();

        MachineBench unconfirmed = alone();
        unconfirmed.advert(0, 250);
        unconfirmed.run(101);
        assertThat(unconfirmed.backup()).isTrue();
    }

    @Test
    void asked_whether_it_keeps_the_group_it_probes_its_gateway_first() {
        MachineBench bench = withGateway();
        bench.tell(new Event.GatewayProbed(true));
        bench.run(50);
        assertThat(bench.says("lb0", new MeshMessage.Ask("web", 1)))
                .contains(new Action.ProbeGateway());
        assertThat(said(bench.tell(new Event.GatewayProbed(true))))
                .contains(new MeshMessage.Answer("web", 1, true));
        assertThat(bench.active()).isTrue();
        bench.says("lb0", new MeshMessage.Ask("web", 1));
        assertThat(said(bench.tell(new Event.GatewayProbed(false))))
                .contains(new MeshMessage.Answer("web", 1, false));
        assertThat(bench.state()).isInstanceOf(State.Lingering.class);
    }

    @Test
    void without_a_gateway_to_ask_it_keeps_the_group() {
        MachineBench bench = owner();
        assertThat(said(bench.says("lb0", new MeshMessage.Ask("web", 1))))
                .contains(new MeshMessage.Answer("web", 1, true));
    }

    @Test
    void a_lost_gateway_moves_the_group_once_it_is_sure_and_another_is_ready() {
        MachineBench bench = withGateway();
        bench.run(1_500);
        bench.standsBy("lb0", 1);
        bench.tell(new Event.GatewayProbed(false));
        assertThat(bench.active()).as("one lost probe").isTrue();
        bench.tell(new Event.GatewayProbed(false));
        assertThat(bench.state()).isInstanceOf(State.Lingering.class);
    }

    /** Its gateway is lost, and what it says of that reaches nobody. */
    private static MachineBench cutOff() {
        MachineBench bench = withGateway();
        bench.run(1_500);
        bench.standsBy("lb0", 1);
        bench.tell(new Event.GatewayProbed(true));
        bench.run(500);
        bench.tell(new Event.GatewayProbed(false));
        bench.tell(new Event.GatewayProbed(false));
        assertThat(bench.state()).isInstanceOf(State.Lingering.class);
        return bench;
    }

    @Test
    void an_owner_whose_release_nobody_takes_without_a_gateway_stands_back_as_cut_off() {
        MachineBench bench = cutOff();
        List<Action> done = bench.run(201);
        assertThat(kinds(done)).contains("DropLease", "RemoveAddress");
        assertThat(bench.backup()).isTrue();
        assertThat(all(done, Action.Log.class))
                .anySatisfy(log -> assertThat(log.text()).contains("this node is cut off"));
        assertThat(kinds(bench.run(30_000)))
                .as("it neither announces nor advertises")
                .doesNotContain("Announce", "RenewLease", "AddAddress", "SendAdvert");
    }

    /** A link that is down takes none, and the loop leaves out what follows. */
    @Test
    void the_advertisement_that_gives_the_group_up_is_the_last_word_of_every_release() {
        MachineBench moved = owner();
        assertLastWord(moved.tell(new Event.MoveRequested("lb0", "an operator")), "lingering");
        MachineBench died = owner();
        assertLastWord(died.tell(new Event.NodeGone()), "backup");
        MachineBench down = owner();
        assertLastWord(down.tell(new Event.LinkState(false)), "fault");
        MachineBench stops = owner();
        assertLastWord(stops.tell(new Event.Shutdown()), "lingering");
        MachineBench cut = cutOff();
        cut.run(199);
        cut.sleep(2);
        List<Action> done = cut.tell(new Event.Tick());
        assertLastWord(done, "backup");
        assertThat(kinds(done)).contains("RemoveAddress");
    }

    private static void assertLastWord(List<Action> released, String to) {
        assertThat(released.getLast()).isEqualTo(new Action.SendAdvert(0));
        assertThat(adverts(released)).containsExactly(0);
        assertThat(all(released, Action.Transition.class))
                .extracting(Action.Transition::to)
                .containsExactly(to);
    }

    @Test
    void cut_off_no_longer_it_listens_for_an_owner_before_it_is_one() {
        MachineBench bench = cutOff();
        bench.run(2_000);
        bench.tell(new Event.GatewayProbed(true));
        assertThat(kinds(bench.run(250))).doesNotContain("AddAddress", "Announce");
        bench.advert(0, 150);
        assertThat(kinds(bench.run(250))).doesNotContain("AddAddress", "Announce");
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void cut_off_no_longer_and_alone_it_serves_again() {
        MachineBench bench = cutOff();
        bench.run(2_000);
        bench.tell(new Event.GatewayProbed(true));
        bench.run(450);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_standby_that_speaks_but_does_not_take_it_is_no_sign_of_being_cut_off() {
        MachineBench bench = cutOff();
        bench.run(100);
        bench.standsBy("lb0", 1);
        assertThat(kinds(bench.run(101))).contains("AddAddress");
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_node_that_is_cut_off_for_a_minute_serves_who_may_be_there_and_then_stays() {
        MachineBench bench = cutOff();
        bench.run(59_900);
        assertThat(bench.backup()).isTrue();
        List<Action> serves = bench.run(1_000);
        assertThat(kinds(serves)).contains("RenewLease", "AddAddress");
        serves = new ArrayList<>(serves);
        serves.addAll(bench.run(30_000));
        assertThat(bench.active()).isTrue();
        assertThat(kinds(serves))
                .as("who asks is answered, and nobody is misled")
                .doesNotContain("Announce", "SendAdvert");
        assertThat(kinds(bench.tell(new Event.GatewayProbed(true)))).contains("DropLease");
        assertThat(bench.backup()).as("it listens for an owner first").isTrue();
        assertThat(kinds(bench.run(450))).contains("Announce", "SendAdvert");
    }

    @Test
    void a_node_that_was_cut_off_for_a_minute_makes_way_for_an_owner_at_its_first_advert() {
        MachineBench bench = cutOff();
        bench.run(61_000);
        assertThat(bench.active()).isTrue();
        assertThat(kinds(bench.advert(0, 150)))
                .contains("DropLease", "RemoveAddress")
                .doesNotContain("Announce", "SendAdvert");
        for (int advert = 0; advert < 10; advert++) {
            bench.run(100);
            bench.advert(0, 150);
            assertThat(bench.backup()).isTrue();
        }
    }

    @Test
    void an_owner_that_hears_neither_its_gateway_nor_anybody_since_the_same_time_stands_back() {
        MachineBench bench = withGateway();
        bench.run(1_500);
        bench.standsBy("lb0", 1);
        bench.tell(new Event.GatewayProbed(true));
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.SILENT));
        bench.tell(new Event.GatewayProbed(false));
        bench.tell(new Event.GatewayProbed(false));
        assertThat(bench.active()).as("the others may just be slow to speak").isTrue();
        bench.run(1_600);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void an_owner_whose_peers_were_gone_before_its_gateway_keeps_the_group() {
        MachineBench bench = withGateway();
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
        bench.run(5_000);
        bench.tell(new Event.GatewayProbed(true));
        bench.tell(new Event.GatewayProbed(false));
        bench.tell(new Event.GatewayProbed(false));
        bench.run(30_000);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_gateway_that_never_answered_is_a_mistake_in_the_file_and_moves_nothing() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.gateway = true;
        MachineBench bench = setting.bench().ready();
        for (int probe = 0; probe < 30; probe++) {
            bench.run(100);
            bench.tell(new Event.GatewayProbed(false));
        }
        assertThat(bench.active()).isTrue();
        assertThat(bench.term()).isEqualTo(1);
    }

    @Test
    void a_ready_preferred_node_gets_the_group_on_request_but_not_within_the_first_second() {
        MachineBench bench = owner();
        bench.says("lb0", new MeshMessage.Request("web", 1, "lb0 is preferred"));
        assertThat(bench.active()).isTrue();
        bench.run(1_000);
        bench.says("lb2", new MeshMessage.Request("web", 1, "lb2 is not preferred"));
        assertThat(bench.active()).isTrue();
        bench.says("lb0", new MeshMessage.Request("web", 1, "lb0 is preferred"));
        assertThat(bench.state()).isInstanceOf(State.Lingering.class);
    }

    private static MachineBench lateAfterARelease() {
        MachineBench bench = owner().meshUp("lb0");
        bench.standsBy("lb0", 1);
        bench.tell(new Event.MoveRequested("lb0", "root"));
        assertThat(bench.state()).isInstanceOf(State.Lingering.class);
        bench.sleep(1_000);
        assertThat(kinds(bench.tell(new Event.Tick()))).doesNotContain("RenewLease");
        return bench;
    }

    @Test
    void after_a_stall_it_reads_who_took_what_it_released_before_it_takes_it_back() {
        MachineBench bench = lateAfterARelease();
        bench.owns("lb0", 2, true);
        bench.run(200);
        assertThat(bench.backup()).isTrue();
        assertThat(bench.term()).isEqualTo(2);
    }

    @Test
    void after_a_stall_it_takes_back_what_nobody_took_an_interval_later_and_puts_it_off_once() {
        MachineBench bench = lateAfterARelease();
        assertThat(bench.run(99)).noneMatch(Action.RenewLease.class::isInstance);
        bench.sleep(100);
        bench.tell(new Event.Tick());
        assertThat(bench.active()).isTrue();
    }

    @Test
    void after_a_stall_the_owner_steps_down_before_it_reads_what_queued_up() {
        MachineBench bench = owner();
        bench.run(1_000);
        bench.sleep(500);
        List<Action> woken = bench.advert(2, 230);
        assertThat(bench.backup()).isTrue();
        assertThat(kinds(woken)).startsWith("DropLease", "RemoveAddress");
        assertThat(adverts(woken)).isEmpty();
        bench.run(250);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_short_stall_changes_nothing() {
        MachineBench bench = owner();
        bench.run(1_000);
        bench.sleep(200);
        bench.tell(new Event.Tick());
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_link_that_goes_down_releases_and_faults_and_comes_back_as_backup() {
        MachineBench bench = owner();
        List<Action> down = bench.tell(new Event.LinkState(false));
        assertThat(kinds(down))
                .startsWith("DropLease", "SayMesh", "RemoveAddress")
                .endsWith("SendAdvert");
        assertThat(bench.state()).isInstanceOf(State.Fault.class);
        assertThat(MachineBench.all(down, Action.TellNode.class))
                .extracting(tell -> tell.ownership().state())
                .containsExactly(LinkMessage.State.FAULT);
        bench.run(2_000);
        bench.tell(new Event.LinkState(true));
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void what_a_fault_of_the_link_could_not_clean_up_is_cleaned_up_when_the_link_is_back() {
        MachineBench bench = owner();
        bench.tell(new Event.LinkState(false));
        bench.tell(new Event.ActionFailed(new Action.DropLease(), "ENOBUFS"));
        assertThat(kinds(bench.tell(new Event.LinkState(true))))
                .startsWith("DropLease", "RemoveAddress");
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void an_address_that_cannot_be_added_is_given_up_and_tried_again_more_and_more_slowly() {
        MachineBench bench = MachineBench.setting().bench().ready().meshUp("lb0");
        bench.owns("lb0", 7, true);
        bench.says("lb0", new MeshMessage.Release("web", 7, "lb1", "moved"));
        List<Action> failed = bench.tell(new Event.ActionFailed(new Action.AddAddress(), "EPERM"));
        assertThat(bench.state()).isInstanceOf(State.Fault.class);
        assertThat(said(failed)).anyMatch(MeshMessage.Release.class::isInstance);
        assertThat(kinds(failed)).contains("RemoveAddress");
        bench.tell(new Event.ActionFailed(new Action.RemoveAddress(), "EPERM"));
        assertThat(bench.state()).isInstanceOf(State.Fault.class);
        bench.run(990);
        assertThat(bench.state()).isInstanceOf(State.Fault.class);
        bench.run(20);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void three_adverts_in_a_row_that_cannot_be_sent_are_a_fault() {
        MachineBench bench = owner();
        Event failed = new Event.ActionFailed(new Action.SendAdvert(240), "ENOBUFS");
        bench.tell(failed);
        bench.tell(failed);
        assertThat(bench.active()).isTrue();
        bench.tell(failed);
        assertThat(bench.state()).isInstanceOf(State.Fault.class);
    }

    @Test
    void adverts_that_fail_now_and_then_in_a_long_life_are_no_fault() {
        MachineBench bench = owner();
        for (int failure = 0; failure < 10; failure++) {
            bench.tell(new Event.ActionFailed(new Action.SendAdvert(240), "ENOBUFS"));
            bench.run(200);
            assertThat(bench.active()).isTrue();
        }
    }

    @Test
    void adverts_that_fail_at_three_intervals_running_are_a_fault() {
        MachineBench bench = owner();
        for (int failure = 0; failure < 3; failure++) {
            assertThat(bench.active()).isTrue();
            bench.run(100);
            bench.tell(new Event.ActionFailed(new Action.SendAdvert(240), "ENETUNREACH"));
        }
        assertThat(bench.state()).isInstanceOf(State.Fault.class);
    }

    @Test
    void the_node_is_told_anew_when_it_connects() {
        MachineBench bench = owner();
        assertThat(MachineBench.all(bench.tell(new Event.NodeConnected()), Action.TellNode.class))
                .extracting(tell -> tell.ownership().owner())
                .containsExactly("lb1");
    }
}
