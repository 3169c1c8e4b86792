package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.vip.vrrp.MachineBench.adverts;
import static proa.vip.vrrp.MachineBench.kinds;
import static proa.vip.vrrp.MachineBench.said;

import org.junit.jupiter.api.Test;

import proa.config.GroupConfig;
import proa.vip.message.MeshMessage;

import java.time.Duration;
import java.util.List;

/** What Proa nodes agree on among themselves, beyond RFC 9568: a standby's view. */
class OwnRulesTest {

    private static MachineBench standby() {
        MachineBench bench = MachineBench.setting().bench().ready().meshUp("lb0", "lb2");
        bench.owns("lb0", 7, true);
        bench.standsBy("lb2", 7);
        bench.advert(0, 250);
        return bench;
    }

    private static MeshMessage.Release release(String successor) {
        return new MeshMessage.Release("web", 7, successor, "its node died");
    }

    @Test
    void the_named_successor_takes_over_at_once_with_a_higher_term() {
        MachineBench bench = standby();
        List<Action> taken = bench.says("lb0", release("lb1"));
        assertThat(bench.active()).isTrue();
        assertThat(bench.term()).isEqualTo(8);
        assertThat(kinds(taken))
                .containsExactly(
                        "RenewLease",
                        "AddAddress",
                        "SendAdvert",
                        "Announce",
                        "SayMesh",
                        "TellNode");
        assertThat(said(taken))
                .containsExactly(
                        new MeshMessage.GroupState(
                                "web", 8, MeshMessage.State.ACTIVE, 240, true, true));
    }

    /** A successor whose word is late may answer for its whole lease, 250 ms from its move on. */
    @Test
    void a_node_that_is_not_the_successor_waits_and_takes_over_only_if_the_successor_fails() {
        MachineBench bench = standby();
        bench.run(80);
        bench.says("lb0", release("lb2"));
        bench.run(290);
        assertThat(bench.backup()).isTrue();
        bench.run(30);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void an_owner_that_makes_way_for_one_that_is_heard_but_not_met_is_not_followed() {
        MachineBench bench = MachineBench.setting().bench().ready().meshUp("lb2");
        bench.owns("lb2", 7, true);
        bench.advert(0, 250);
        bench.standsBy("lb2", 7);
        bench.run(90);
        assertThat(bench.backup()).isTrue();
        assertThat(bench.machine.view().owner()).isEqualTo("lb0");
        bench.advert(0, 250);
        bench.run(290);
        assertThat(bench.backup()).as("its own timer counts").isTrue();
        bench.run(40);
        assertThat(bench.active()).isTrue();
    }

    /** Or a preferred standby would be no sooner than the next one. */
    @Test
    void a_standby_that_had_to_wait_at_its_start_does_not_wait_longer_ever_after() {
        MachineBench bench = MachineBench.setting().bench().start();
        bench.run(1_000);
        bench.tell(new Event.NodeConnected());
        bench.tell(new Event.NodeReadiness(true, ""));
        bench.advert(0, 250);
        bench.run(100);
        bench.advert(0, 250);
        double down = bench.activeDownMillis();
        bench.run((long) Math.ceil(down));
        assertThat(bench.active()).isTrue();
    }

    @Test
    void an_owner_that_makes_way_for_nobody_is_followed_after_the_skew() {
        MachineBench bench = MachineBench.setting().bench().ready().meshUp("lb2");
        bench.advert(0, 250);
        bench.run(200);
        bench.owns("lb2", 7, true);
        bench.standsBy("lb2", 7);
        bench.run(20);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_release_of_an_older_term_is_ignored() {
        MachineBench bench = standby();
        bench.says("lb2", new MeshMessage.Release("web", 6, "lb1", "old"));
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_broken_connection_to_the_owner_is_confirmed_before_takeover() {
        MachineBench bench = standby();
        List<Action> broken = bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
        assertThat(broken).contains(new Action.ConfirmPeer("lb0"));
        assertThat(bench.backup()).isTrue();
        bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
        assertThat(bench.active()).isTrue();
    }

    @Test
    void an_owner_that_was_still_dying_when_it_was_knocked_at_is_dead_when_that_is_known() {
        MachineBench bench = standby();
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
        bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.ALIVE));
        bench.run(7);
        bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_late_word_of_a_death_does_not_count_against_an_owner_that_is_back() {
        MachineBench bench = standby();
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
        bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.ALIVE));
        bench.meshUp("lb0");
        bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void an_owner_that_may_be_alive_is_left_to_its_advertisements() {
        for (Event.Verdict verdict : List.of(Event.Verdict.ALIVE, Event.Verdict.UNKNOWN)) {
            MachineBench bench = standby();
            bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
            bench.tell(new Event.PeerConfirmed("lb0", verdict));
            bench.run(50);
            assertThat(bench.backup()).isTrue();
            bench.advert(0, 250);
            bench.run(300);
            assertThat(bench.backup()).isTrue();
        }
    }

    @Test
    void a_better_standby_goes_first_by_two_milliseconds() {
        MachineBench.Setting last = MachineBench.setting();
        last.priority = 220;
        MachineBench bench = last.bench().ready().meshUp("lb0", "lb2");
        bench.owns("lb0", 7, true);
        bench.standsBy("lb2", 7);
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
        bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
        assertThat(bench.backup()).isTrue();
        bench.owns("lb2", 8, true);
        bench.run(50);
        assertThat(bench.backup()).isTrue();
        assertThat(bench.machine.view().owner()).isEqualTo("lb2");
    }

    @Test
    void a_better_standby_that_takes_over_many_groups_is_left_the_time_for_all() {
        MachineBench.Setting last = MachineBench.setting();
        last.priority = 220;
        MachineBench bench = last.bench();
        bench.machine.among(20);
        bench.ready().meshUp("lb0", "lb2");
        bench.owns("lb0", 7, true);
        bench.standsBy("lb2", 7);
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
        bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
        bench.run(38);
        assertThat(bench.backup()).isTrue();
        bench.run(2);
        assertThat(bench.active()).isTrue();
    }

    /** The machine looks at its deadlines before the loop reads: a loop that slept reads once. */
    @Test
    void a_standby_that_comes_late_to_its_turn_reads_whether_a_better_one_moved() {
        for (boolean moved : List.of(true, false)) {
            MachineBench.Setting last = MachineBench.setting();
            last.priority = 220;
            MachineBench bench = last.bench().ready().meshUp("lb0", "lb2");
            bench.owns("lb0", 7, true);
            bench.standsBy("lb2", 7);
            bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.BROKEN));
            bench.tell(new Event.PeerConfirmed("lb0", Event.Verdict.DEAD));
            bench.sleep(40);
            bench.tell(new Event.Tick());
            assertThat(bench.backup()).isTrue();
            if (moved) {
                bench.owns("lb2", 8, true);
            }
            bench.run(20);
            assertThat(bench.active()).isEqualTo(!moved);
        }
    }

    @Test
    void the_death_of_a_peer_that_is_not_the_owner_moves_nothing() {
        MachineBench bench = standby();
        bench.tell(new Event.MeshPeerDown("lb2", Event.Ending.BROKEN));
        bench.tell(new Event.PeerConfirmed("lb2", Event.Verdict.DEAD));
        bench.run(100);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void an_owner_that_is_silent_but_connected_is_asked_first_and_may_keep_the_group() {
        MachineBench bench = standby();
        List<Action> quiet = bench.run(210);
        assertThat(said(quiet)).contains(new MeshMessage.Ask("web", 7));
        for (int asked = 0; asked < 5; asked++) {
            bench.says("lb0", new MeshMessage.Answer("web", 7, true));
            bench.run(250);
            assertThat(bench.backup()).isTrue();
        }
    }

    @Test
    void an_owner_that_does_not_answer_is_replaced_when_the_timer_fires() {
        MachineBench bench = standby();
        bench.run(305);
        assertThat(bench.backup()).isTrue();
        bench.run(3);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void forged_adverts_of_priority_zero_only_make_it_ask() {
        MachineBench bench = standby();
        List<Action> forged = bench.advert(0, 0);
        assertThat(said(forged)).containsExactly(new MeshMessage.Ask("web", 7));
        bench.says("lb0", new MeshMessage.Answer("web", 7, true));
        bench.advert(0, 250);
        bench.run(200);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_more_preferred_node_never_preempts_one_of_ours_by_adverts() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.failback = new GroupConfig.Failback.AtOnce();
        MachineBench bench = setting.bench().ready();
        for (int advert = 0; advert < 50; advert++) {
            bench.advert(2, 230);
            bench.run(100);
        }
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void failback_at_once_asks_a_less_preferred_owner_after_a_second_of_readiness() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.failback = new GroupConfig.Failback.AtOnce();
        assertThat(requestsAfter(setting, 900)).isEmpty();
        assertThat(requestsAfter(setting, 1_100)).isNotEmpty();
    }

    @Test
    void failback_after_a_delay_asks_only_then_and_failback_never_does_not() {
        MachineBench.Setting after = MachineBench.setting();
        after.failback = new GroupConfig.Failback.After(Duration.ofSeconds(5));
        assertThat(requestsAfter(after, 4_900)).isEmpty();
        assertThat(requestsAfter(after, 5_100)).isNotEmpty();
        assertThat(requestsAfter(MachineBench.setting(), 20_000)).isEmpty();
    }

    private static List<MeshMessage.AboutGroup> requestsAfter(
            MachineBench.Setting setting, int millis) {
        MachineBench bench = setting.bench().ready().meshUp("lb2");
        for (int at = 0; at < millis; at += 100) {
            bench.owns("lb2", 7, true);
            bench.run(100);
        }
        return said(bench.done).stream().filter(MeshMessage.Request.class::isInstance).toList();
    }

    @Test
    void a_cold_start_waits_for_synchronised_tables_but_at_most_three_seconds() {
        MachineBench bench = MachineBench.setting().bench().start();
        bench.tell(new Event.NodeConnected());
        bench.run(2_900);
        assertThat(bench.backup()).isTrue();
        bench.run(200);
        assertThat(bench.active()).isTrue();
        assertThat(adverts(bench.done)).containsOnly(140);
    }

    @Test
    void a_node_without_its_process_never_takes_the_group() {
        MachineBench bench = MachineBench.setting().bench().start();
        bench.run(10_000);
        assertThat(bench.backup()).isTrue();
        bench.tell(new Event.NodeConnected());
        bench.tell(new Event.NodeReadiness(true, ""));
        bench.run(20);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void a_standby_that_lost_its_gateway_and_hears_nobody_holds_back_and_does_not_raise_the_term() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.gateway = true;
        MachineBench bench = setting.bench().ready().meshUp("lb0");
        bench.tell(new Event.GatewayProbed(true));
        bench.owns("lb0", 7, true);
        bench.run(2_500);
        assertThat(bench.active()).as("a gateway that answers lets it take over").isTrue();

        MachineBench cut = setting.bench().ready().meshUp("lb0");
        cut.tell(new Event.GatewayProbed(true));
        cut.owns("lb0", 7, true);
        for (int probe = 0; probe < 25; probe++) {
            cut.run(100);
            cut.tell(new Event.GatewayProbed(false));
        }
        assertThat(cut.backup()).as("cut off").isTrue();
        cut.run(4_000);
        assertThat(cut.active()).as("but not for ever").isTrue();
        assertThat(cut.term()).isEqualTo(7);
    }

    @Test
    void a_late_loop_gives_queued_adverts_a_chance_before_it_believes_its_timer() {
        MachineBench bench = standby();
        bench.sleep(2_000);
        bench.tell(new Event.Tick());
        assertThat(bench.backup()).isTrue();
        bench.advert(0, 250);
        bench.run(200);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void a_late_loop_takes_over_all_the_same_when_nothing_was_queued() {
        MachineBench bench = standby();
        bench.sleep(2_000);
        bench.tell(new Event.Tick());
        bench.run(150);
        assertThat(bench.active()).isTrue();
    }
}
