package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static proa.vip.vrrp.MachineBench.adverts;
import static proa.vip.vrrp.MachineBench.kinds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.GroupConfig;
import proa.vip.packet.VrrpAdvert;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** The state machine of RFC 9568 §6.4 among plain VRRP routers: no mesh, advertisements alone. */
class Rfc9568Test {

    static MachineBench.Setting plain() {
        MachineBench.Setting setting = MachineBench.setting();
        setting.plainPeers = true;
        return setting;
    }

    static MachineBench.Setting preempting() {
        MachineBench.Setting setting = plain();
        setting.failback = new GroupConfig.Failback.AtOnce();
        return setting;
    }

    @Test
    void s641_the_address_owner_becomes_active_at_start_and_announces() {
        MachineBench.Setting setting = plain();
        setting.priority = 255;
        MachineBench bench = setting.bench().start();
        assertThat(bench.active()).isTrue();
        assertThat(kinds(bench.done))
                .containsSubsequence("RenewLease", "AddAddress", "SendAdvert", "Announce");
    }

    @Test
    void s641_everybody_else_starts_as_backup_for_three_intervals_and_the_skew() {
        MachineBench bench = plain().bench().ready();
        assertThat(bench.backup()).isTrue();
        assertThat(adverts(bench.done)).isEmpty();
        assertThat(bench.activeDownMillis()).isCloseTo(300 + (256 - 1) * 100 / 256.0, within(0.01));
    }

    @Test
    void s642_the_timer_fires_and_the_backup_becomes_active_in_order() {
        MachineBench bench = plain().bench().ready();
        bench.advert(0, 250);
        List<Action> silence = bench.run(305);
        assertThat(bench.backup()).isTrue();
        assertThat(adverts(silence)).isEmpty();
        List<Action> after = bench.run(2);
        assertThat(bench.active()).isTrue();
        assertThat(kinds(after))
                .containsSubsequence(
                        "RenewLease", "AddAddress", "SendAdvert", "Announce", "TellNode");
        assertThat(adverts(after)).containsExactly(240);
    }

    @Test
    void s642_shutdown_ends_a_backup_without_an_advert() {
        MachineBench bench = plain().bench().ready();
        bench.advert(0, 250);
        List<Action> stop = bench.tell(new Event.Shutdown());
        assertThat(kinds(stop)).contains("Finished");
        assertThat(adverts(stop)).isEmpty();
        assertThat(bench.state()).isEqualTo(new State.Initialize());
        assertThat(bench.machine.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void s642_priority_zero_sets_the_timer_to_the_skew_time() {
        MachineBench bench = plain().bench().ready();
        bench.advert(0, 250);
        bench.advert(0, 0);
        assertThat(bench.activeDownMillis()).isCloseTo((256 - 240) * 100 / 256.0, within(0.01));
        bench.run(7);
        assertThat(bench.active()).isTrue();
    }

    /** From the shortest to the longest interval the file allows. */
    @ParameterizedTest
    @CsvSource({"10, 30, 31, 25", "1000, 3062, 3063, 2500", "40000, 122499, 122500, 100000"})
    void s61_the_timers_follow_the_interval(
            int intervalMillis, int stillBackup, int active, long leaseMillis) {
        MachineBench.Setting setting = MachineBench.setting();
        setting.interval = Duration.ofMillis(intervalMillis);
        setting.plainPeers = true;
        MachineBench bench = setting.bench().ready();
        bench.advert(0, 250, intervalMillis / 10);
        bench.run(stillBackup);
        assertThat(bench.active()).isFalse();
        bench.done.clear();
        bench.run(active - stillBackup);
        assertThat(bench.active()).isTrue();
        assertThat(MachineBench.all(bench.done, Action.RenewLease.class))
                .contains(new Action.RenewLease(leaseMillis));
    }

    @Test
    void s642_the_owners_interval_is_learned() {
        MachineBench bench = plain().bench().ready();
        bench.advert(0, 250, 100);
        assertThat(bench.activeDownMillis())
                .isCloseTo(3_000 + (256 - 240) * 1_000 / 256.0, within(0.01));
        bench.run(3_000);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void s642_without_preemption_any_owner_is_accepted() {
        MachineBench bench = plain().bench().ready();
        for (int advert = 0; advert < 20; advert++) {
            bench.advert(2, 1);
            bench.run(100);
        }
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void s642_with_preemption_a_lesser_advert_is_discarded() {
        MachineBench bench = preempting().bench().ready();
        bench.advert(2, 230);
        bench.run(900);
        for (int advert = 0; advert < 6; advert++) {
            bench.advert(2, 230);
            bench.run(100);
        }
        assertThat(bench.active()).isTrue();
    }

    @Test
    void s642_with_preemption_an_equal_priority_is_accepted() {
        MachineBench bench = preempting().bench().ready();
        for (int advert = 0; advert < 30; advert++) {
            bench.advert(2, 240);
            bench.run(100);
        }
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void s643_an_advert_each_interval_with_the_lease_renewed_before_it() {
        MachineBench bench = plain().bench().owner();
        List<Action> second = bench.run(1_000);
        assertThat(adverts(second)).hasSize(10).containsOnly(240);
        List<String> kinds =
                kinds(second).stream()
                        .filter(kind -> kind.equals("RenewLease") || kind.equals("SendAdvert"))
                        .toList();
        for (int at = 0; at < kinds.size(); at += 2) {
            assertThat(kinds.subList(at, at + 2)).containsExactly("RenewLease", "SendAdvert");
        }
        assertThat(MachineBench.all(second, Action.RenewLease.class))
                .containsOnly(new Action.RenewLease(250));
    }

    @Test
    void s643_priority_zero_from_another_is_answered_at_once() {
        MachineBench bench = plain().bench().owner();
        bench.run(50);
        assertThat(adverts(bench.advert(2, 0))).containsExactly(240);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void s643_shutdown_sends_priority_zero_and_ends_in_initialize() {
        MachineBench bench = plain().bench().owner();
        List<Action> stop = bench.tell(new Event.Shutdown());
        assertThat(adverts(stop)).containsExactly(0);
        assertThat(kinds(stop))
                .containsSubsequence("StopAnswering", "SendAdvert")
                .doesNotContain("RemoveAddress");
        List<Action> later = bench.run(300);
        assertThat(kinds(later)).containsSubsequence("DropLease", "RemoveAddress", "Finished");
        assertThat(adverts(later)).isEmpty();
        assertThat(bench.state()).isEqualTo(new State.Initialize());
    }

    @Test
    void s643_a_greater_priority_makes_it_backup_and_its_interval_is_learned() {
        MachineBench bench = plain().bench().owner();
        List<Action> yield = bench.advert(0, 250, 100);
        assertThat(bench.backup()).isTrue();
        assertThat(kinds(yield)).containsSubsequence("DropLease", "RemoveAddress", "TellNode");
        assertThat(adverts(yield)).isEmpty();
        assertThat(bench.activeDownMillis()).isGreaterThan(3_000);
    }

    @Test
    void s643_equal_priority_and_a_greater_address_makes_it_backup() {
        MachineBench bench = plain().bench().owner();
        bench.advert(2, 240);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void s643_equal_priority_and_a_lesser_address_is_answered_at_once() {
        MachineBench bench = plain().bench().owner();
        bench.run(50);
        assertThat(adverts(bench.advert(0, 240))).containsExactly(240);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void s643_a_lesser_priority_is_answered_at_once() {
        MachineBench bench = plain().bench().owner();
        bench.run(50);
        assertThat(adverts(bench.advert(2, 239))).containsExactly(240);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void s61_the_announcements_come_at_0_10_100_300_1000_5000_ms_and_then_each_minute() {
        MachineBench bench = plain().bench().ready();
        bench.advert(0, 250);
        bench.run(307);
        assertThat(announcements(bench.done)).isEqualTo(1);
        assertThat(announcements(bench.run(10))).isEqualTo(1);
        assertThat(announcements(bench.run(90))).isEqualTo(1);
        assertThat(announcements(bench.run(200))).isEqualTo(1);
        assertThat(announcements(bench.run(700))).isEqualTo(1);
        assertThat(announcements(bench.run(4_000))).isEqualTo(1);
        assertThat(announcements(bench.run(59_000))).isZero();
        assertThat(announcements(bench.run(2_000))).isEqualTo(1);
    }

    @Test
    void s71_an_unlisted_sender_is_ignored_with_one_alarm_a_minute() {
        MachineBench bench = plain().bench().owner();
        for (int advert = 0; advert < 100; advert++) {
            bench.advert(50, 254);
            bench.run(100);
        }
        assertThat(bench.active()).isTrue();
        assertThat(
                        MachineBench.all(bench.done, Action.Log.class)
                                .filter(log -> log.level() == Action.Level.ALARM))
                .singleElement()
                .extracting(Action.Log::text)
                .asString()
                .contains("10.77.0.61");
    }

    @Test
    void s71_unlisted_senders_however_many_leave_a_listed_one_its_alarm() {
        MachineBench bench = plain().bench().owner();
        for (int sender = 50; sender < 150; sender++) {
            bench.advert(sender, 254);
        }
        bench.tell(
                new Event.AdvertReceived(
                        MachineBench.ip(2),
                        new VrrpAdvert(51, 1, 10, List.of(MachineBench.ip(98)))));
        List<String> alarms =
                MachineBench.all(bench.done, Action.Log.class)
                        .filter(log -> log.level() == Action.Level.ALARM)
                        .map(Action.Log::text)
                        .toList();
        assertThat(alarms).hasSize(AlarmLimit.KINDS_MAX + 1);
        assertThat(alarms.getLast()).contains("10.77.0.13 advertises other addresses");
    }

    @Test
    void s71_an_advert_of_other_addresses_is_believed_with_an_alarm() {
        MachineBench bench = plain().bench().ready();
        bench.advert(2, 254);
        assertThat(MachineBench.all(bench.done, Action.Log.class))
                .noneMatch(log -> log.level() == Action.Level.ALARM);
        for (boolean owner : new boolean[] {false, true}) {
            MachineBench other = owner ? plain().bench().owner() : plain().bench().ready();
            other.tell(
                    new Event.AdvertReceived(
                            MachineBench.ip(2),
                            new VrrpAdvert(51, 254, 10, List.of(MachineBench.ip(98)))));
            assertThat(other.active()).isFalse();
            assertThat(
                            MachineBench.all(other.done, Action.Log.class)
                                    .filter(log -> log.level() == Action.Level.ALARM))
                    .singleElement()
                    .extracting(Action.Log::text)
                    .asString()
                    .contains("10.77.0.13 advertises other addresses", "10.77.0.109");
        }
    }

    @Test
    void s71_the_order_of_addresses_and_link_local_ones_are_free() {
        List<InetAddress> ours =
                List.of(address("10.0.0.1"), address("10.0.0.2"), address("fd00::1"));
        assertThat(AddressList.differs(ours, List.of(address("10.0.0.2"), address("10.0.0.1"))))
                .isFalse();
        assertThat(AddressList.differs(ours, List.of(address("fe80::5"), address("fd00::1"))))
                .isFalse();
        assertThat(AddressList.differs(ours, List.of(address("10.0.0.2")))).as("less").isTrue();
        assertThat(AddressList.differs(ours, List.of(address("fd00::1"), address("fd00::2"))))
                .as("more")
                .isTrue();
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static long announcements(List<Action> actions) {
        return MachineBench.all(actions, Action.Announce.class).count();
    }
}
