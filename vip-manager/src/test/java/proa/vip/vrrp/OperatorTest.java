package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.vip.vrrp.MachineBench.all;
import static proa.vip.vrrp.MachineBench.kinds;
import static proa.vip.vrrp.MachineBench.said;

import org.junit.jupiter.api.Test;

import proa.config.GroupConfig;
import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;

import java.util.List;

/** What operators and trackers want, what a stranger claims, and what is told of it. */
class OperatorTest {

    private static MachineBench owner() {
        MachineBench bench = MachineBench.setting().bench().owner().meshUp("lb0", "lb2");
        bench.standsBy("lb0", 0);
        bench.standsBy("lb2", 0);
        bench.run(1_000);
        bench.done.clear();
        return bench;
    }

    /** A standby that knows lb0 as owner of term 3. */
    private static MachineBench standby() {
        MachineBench bench = MachineBench.setting().bench().ready().meshUp("lb0", "lb2");
        bench.owns("lb0", 3, true);
        bench.standsBy("lb2", 3);
        bench.done.clear();
        return bench;
    }

    @Test
    void a_standby_passes_an_operators_wish_on_to_the_owner() {
        MachineBench bench = standby();
        bench.tell(new Event.MoveRequested("lb2", "root on lb1"));
        assertThat(all(bench.done, Action.SayMesh.class))
                .contains(
                        new Action.SayMesh(
                                "lb0", new MeshMessage.Move("web", 3, "lb2", "root on lb1")));
        assertThat(bench.active()).isFalse();
    }

    @Test
    void without_a_connected_owner_the_wish_comes_to_nothing_and_says_so() {
        MachineBench bench = standby();
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.SILENT));
        bench.done.clear();
        bench.tell(new Event.MoveRequested("lb2", "root"));
        assertThat(said(bench.done)).noneMatch(MeshMessage.Move.class::isInstance);
        assertThat(all(bench.done, Action.Log.class).map(Action.Log::text))
                .contains("not moved: no owner is connected that could give it");
    }

    @Test
    void a_node_that_has_just_released_it_passes_the_next_wish_on_to_its_successor() {
        MachineBench bench = owner();
        bench.tell(new Event.MoveRequested("lb2", "root"));
        bench.done.clear();
        bench.tell(new Event.MoveRequested("lb0", "root"));
        assertThat(all(bench.done, Action.SayMesh.class))
                .contains(new Action.SayMesh("lb2", new MeshMessage.Move("web", 1, "lb0", "root")));
    }

    @Test
    void the_owner_moves_the_group_where_a_peer_says_an_operator_wants_it() {
        MachineBench bench = owner();
        bench.says("lb0", new MeshMessage.Move("web", 1, "lb2", "root on lb0"));
        assertThat(bench.state()).isInstanceOf(State.Lingering.class);
        assertThat(said(bench.done))
                .contains(new MeshMessage.Release("web", 1, "lb2", "root on lb0 moved it", true));
    }

    @Test
    void a_group_an_operator_has_moved_stays_though_another_node_is_preferred() {
        MachineBench bench = standby();
        bench.says("lb0", new MeshMessage.Release("web", 3, "lb1", "root moved it", true));
        assertThat(bench.active()).isTrue();
        bench.standsBy("lb0", 3);
        bench.run(1_100);
        bench.says("lb0", new MeshMessage.Request("web", bench.term(), "lb0 is preferred"));
        assertThat(bench.active()).isTrue();
        bench.tell(new Event.MoveRequested("", "root"));
        assertThat(bench.state()).as("put back").isInstanceOf(State.Lingering.class);
        assertThat(said(bench.done))
                .anyMatch(
                        message ->
                                message instanceof MeshMessage.Release release
                                        && release.successor().equals("lb0")
                                        && !release.pinned());
    }

    @Test
    void a_group_that_was_released_for_another_reason_goes_back_on_request() {
        MachineBench bench = standby();
        bench.says("lb0", new MeshMessage.Release("web", 3, "lb1", "drained"));
        bench.standsBy("lb0", 3);
        bench.run(1_100);
        bench.says("lb0", new MeshMessage.Request("web", bench.term(), "lb0 is preferred"));
        assertThat(bench.state()).isInstanceOf(State.Lingering.class);
    }

    @Test
    void a_wish_for_the_owner_itself_keeps_it_there() {
        MachineBench bench = owner();
        bench.tell(new Event.MoveRequested("lb1", "root"));
        bench.says("lb0", new MeshMessage.Request("web", 1, "lb0 is preferred"));
        assertThat(bench.active()).isTrue();
    }

    // --- tracking

    @Test
    void what_is_tracked_lowers_the_priority_that_is_advertised() {
        MachineBench bench = MachineBench.setting().bench().owner();
        bench.tell(new Event.Tracked(25, "script disk: exit code 1"));
        assertThat(MachineBench.adverts(bench.run(100))).containsOnly(215);
        bench.tell(new Event.Tracked(0, ""));
        assertThat(MachineBench.adverts(bench.run(100))).containsOnly(240);
        bench.tell(new Event.Tracked(1_000, "everything"));
        assertThat(MachineBench.adverts(bench.run(100))).as("never 0, a release").containsOnly(1);
    }

    @Test
    void an_owner_that_falls_below_a_standby_hands_over_and_one_that_stays_above_does_not() {
        MachineBench bench = owner();
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.LEFT));
        bench.tell(new Event.Tracked(9, "script disk: exit code 1"));
        bench.run(2_000);
        assertThat(bench.active()).as("231 against 230").isTrue();
        bench.standsBy("lb2", 1);
        bench.tell(new Event.Tracked(11, "script disk: exit code 1"));
        assertThat(bench.state()).isInstanceOf(State.Lingering.class);
        assertThat(said(bench.done))
                .contains(new MeshMessage.Release("web", 1, "lb2", "script disk: exit code 1"));
    }

    @Test
    void a_node_that_is_worse_by_tracking_does_not_ask_for_the_group() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.failback = new GroupConfig.Failback.AtOnce();
        MachineBench bench = setting.bench().ready().meshUp("lb0", "lb2");
        bench.tell(new Event.Tracked(5, "1 of 4 servers are up"));
        bench.owns("lb2", 3, true);
        for (int interval = 0; interval < 30; interval++) {
            bench.run(100);
            bench.owns("lb2", 3, true);
        }
        assertThat(said(bench.done)).noneMatch(MeshMessage.Request.class::isInstance);
        bench.tell(new Event.Tracked(0, ""));
        assertThat(said(bench.done)).anyMatch(MeshMessage.Request.class::isInstance);
    }

    // --- a stranger

    @Test
    void a_claim_is_answered_only_when_the_owners_right_still_stands_three_adverts_later() {
        MachineBench bench = owner();
        bench.run(6_000);
        bench.done.clear();
        Event.AddressClaimed claim =
                new Event.AddressClaimed(MachineBench.VIP, "02:00:00:00:00:99");
        assertThat(kinds(bench.tell(claim))).isEmpty();
        assertThat(kinds(bench.run(290))).doesNotContain("Announce");
        assertThat(kinds(bench.run(20))).contains("Announce");
        assertThat(all(bench.done, Action.Log.class))
                .anyMatch(
                        log ->
                                log.level() == Action.Level.ALARM
                                        && log.text().contains("02:00:00:00:00:99 also claims"));
    }

    @Test
    void a_flood_of_claims_is_answered_once_a_second() {
        MachineBench bench = owner();
        bench.run(6_000);
        bench.done.clear();
        for (int claim = 0; claim < 500; claim++) {
            bench.tell(new Event.AddressClaimed(MachineBench.VIP, "02:00:00:00:00:99"));
            bench.run(10);
        }
        assertThat(all(bench.done, Action.Announce.class).count()).isBetween(3L, 6L);
    }

    @Test
    void the_announcement_of_a_peer_that_takes_over_is_no_strangers_claim() {
        MachineBench bench = owner();
        bench.run(6_000);
        bench.done.clear();
        bench.tell(new Event.AddressClaimed(MachineBench.VIP, "02:00:00:00:00:12"));
        bench.run(100);
        bench.owns("lb2", 9, true);
        assertThat(bench.active()).isFalse();
        bench.done.clear();
        bench.run(290);
        assertThat(all(bench.done, Action.Announce.class)).isEmpty();
    }

    @Test
    void every_stranger_is_named_and_the_address_announced_once() {
        MachineBench bench = owner();
        bench.run(6_000);
        bench.done.clear();
        bench.tell(new Event.AddressClaimed(MachineBench.VIP, "02:00:00:00:00:98"));
        bench.tell(new Event.AddressClaimed(MachineBench.VIP, "02:00:00:00:00:99"));
        bench.tell(new Event.AddressClaimed(MachineBench.VIP, "02:00:00:00:00:99"));
        bench.run(310);
        assertThat(alarms(bench))
                .containsExactly(
                        "02:00:00:00:00:98 also claims 10.77.0.110: announced again",
                        "02:00:00:00:00:99 also claims 10.77.0.110: announced again");
        assertThat(all(bench.done, Action.Announce.class)).hasSize(1);
        assertThat(bench.machine.view().conflicts()).isEqualTo(2);
    }

    private static List<String> alarms(MachineBench bench) {
        return all(bench.done, Action.Log.class)
                .filter(log -> log.level() == Action.Level.ALARM)
                .map(Action.Log::text)
                .toList();
    }

    @Test
    void an_owner_asks_for_its_addresses_a_second_after_it_took_them_and_then_each_minute() {
        MachineBench bench = MachineBench.setting().bench().ready();
        while (!bench.active()) {
            bench.run(1);
        }
        assertThat(questions(bench.run(990))).isZero();
        assertThat(questions(bench.run(20))).isEqualTo(1);
        assertThat(questions(bench.run(4_000))).isEqualTo(1);
        assertThat(questions(bench.run(59_000))).isZero();
        assertThat(questions(bench.run(1_000))).isEqualTo(1);
        assertThat(questions(bench.run(180_000))).isEqualTo(3);
    }

    private static long questions(List<Action> actions) {
        return all(actions, Action.ProbeAddresses.class).count();
    }

    @Test
    void a_standby_names_a_stranger_only_where_no_owner_is_known_to_see_to_it() {
        Event.AddressClaimed claim =
                new Event.AddressClaimed(MachineBench.VIP, "02:00:00:00:00:99");
        MachineBench owned = standby();
        owned.tell(claim);
        owned.run(200);
        assertThat(alarms(owned)).isEmpty();

        MachineBench unable = MachineBench.setting().bench().start();
        unable.tell(claim);
        unable.run(900);
        assertThat(alarms(unable)).isEmpty();
        unable.run(200);
        assertThat(unable.backup()).isTrue();
        assertThat(alarms(unable))
                .containsExactly(
                        "02:00:00:00:00:99 has 10.77.0.110, though nobody is known to own the"
                                + " group");

        MachineBench late = MachineBench.setting().bench().start().meshUp("lb2");
        late.tell(claim);
        late.run(100);
        late.owns("lb2", 4, true);
        late.run(2_000);
        assertThat(alarms(late)).as("it was lb2 that took over").isEmpty();
    }

    // --- what is told

    @Test
    void a_takeover_says_from_what_to_what_why_and_how_long_nobody_was_heard() {
        MachineBench bench = standby();
        bench.tell(new Event.MeshPeerDown("lb0", Event.Ending.SILENT));
        bench.run(400);
        Action.Transition made = all(bench.done, Action.Transition.class).findFirst().orElseThrow();
        assertThat(made.from()).isEqualTo("backup");
        assertThat(made.to()).isEqualTo("active");
        assertThat(made.term()).isEqualTo(4);
        assertThat(made.why()).isEqualTo("lb0 is silent");
        assertThat(made.silentMillis()).isBetween(300L, 320L);
        assertThat(made.text())
                .startsWith("backup → active after ")
                .contains(" ms, term 4: lb0 is silent; an owner was last heard 30");
    }

    @Test
    void every_change_of_state_is_told_exactly_once() {
        MachineBench bench = owner();
        bench.tell(new Event.Drain(true));
        bench.run(250);
        bench.tell(new Event.Drain(false));
        bench.tell(new Event.LinkState(false));
        bench.tell(new Event.LinkState(true));
        assertThat(
                        all(bench.done, Action.Transition.class)
                                .map(made -> made.from() + " " + made.to()))
                .containsExactly(
                        "active lingering", "lingering backup", "backup fault", "fault backup");
    }

    // --- IPv6

    @Test
    void ties_of_priority_over_ipv6_are_broken_by_link_local_addresses() throws Exception {
        MachineBench.Setting setting = MachineBench.setting();
        setting.plainPeers = true;
        setting.linkLocal = "fe80::5";
        MachineBench bench = setting.bench().owner();
        bench.tell(advertFrom("fe80::4"));
        assertThat(bench.active()).as("fe80::4 is less than fe80::5").isTrue();
        bench.tell(advertFrom("fe80::6"));
        assertThat(bench.active()).as("fe80::6 is greater").isFalse();
    }

    private static Event advertFrom(String source) throws Exception {
        return new Event.AdvertReceived(
                java.net.InetAddress.getByName(source),
                new VrrpAdvert(51, 240, 10, List.of(MachineBench.VIP)));
    }
}
