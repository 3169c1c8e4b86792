package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static proa.vip.vrrp.MachineBench.adverts;
import static proa.vip.vrrp.MachineBench.kinds;
import static proa.vip.vrrp.Rfc9568Test.plain;
import static proa.vip.vrrp.Rfc9568Test.preempting;

import org.junit.jupiter.api.Test;

import proa.vip.packet.VrrpAdvert;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** What a plain VRRP router must not do: the other halves of the rules in {@link Rfc9568Test}. */
class Rfc9568NegativeTest {

    private static MachineBench.Setting addressOwner() {
        MachineBench.Setting setting = plain();
        setting.priority = GroupRules.OWNER_PRIORITY;
        return setting;
    }

    private static List<Action> version2(MachineBench bench, int priority, int centis) {
        VrrpAdvert advert = new VrrpAdvert(51, priority, centis, List.of(MachineBench.VIP));
        return bench.tell(new Event.AdvertReceived(MachineBench.ip(0), advert, 2));
    }

    private static List<String> alarms(MachineBench bench) {
        return MachineBench.all(bench.done, Action.Log.class)
                .filter(log -> log.level() == Action.Level.ALARM)
                .map(Action.Log::text)
                .toList();
    }

    @Test
    void s61_the_address_owner_preempts_whatever_failback_says_and_another_does_not() {
        MachineBench owner = addressOwner().bench().ready();
        owner.advert(0, 254);
        assertThat(owner.active()).isTrue();
        MachineBench other = plain().bench().ready();
        for (int advert = 0; advert < 20; advert++) {
            other.advert(2, 1);
            other.run(100);
        }
        assertThat(other.active()).isFalse();
    }

    @Test
    void s642_who_has_stopped_as_backup_takes_over_from_nobody() {
        MachineBench bench = plain().bench().ready();
        bench.advert(0, 250);
        bench.tell(new Event.Shutdown());
        bench.done.clear();
        bench.advert(0, 0);
        assertThat(kinds(bench.run(10_000))).doesNotContain("AddAddress", "SendAdvert");
        assertThat(bench.state()).isEqualTo(new State.Initialize());
    }

    @Test
    void s642_the_timer_does_not_fire_while_advertisements_come_in_time() {
        MachineBench bench = plain().bench().ready();
        for (int advert = 0; advert < 100; advert++) {
            bench.advert(0, 250);
            assertThat(adverts(bench.run(300))).isEmpty();
        }
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void s642_priority_zero_of_a_router_that_is_not_listed_moves_nothing() {
        MachineBench bench = plain().bench().ready();
        bench.advert(0, 250);
        double before = bench.activeDownMillis();
        bench.advert(50, 0);
        assertThat(bench.activeDownMillis()).isEqualTo(before);
    }

    @Test
    void s642_an_advert_that_is_discarded_neither_teaches_its_interval_nor_restarts_the_timer() {
        MachineBench bench = preempting().bench().ready();
        bench.run(1_100);
        bench.tell(new Event.Drain(true));
        bench.advert(0, 250);
        bench.tell(new Event.Drain(false));
        bench.run(100);
        double before = bench.activeDownMillis();
        assertThat(before).isPositive();
        bench.advert(2, 230, 1_000);
        assertThat(bench.activeDownMillis()).isCloseTo(before, within(0.01));
    }

    @Test
    void s643_no_more_than_one_advert_an_interval() {
        MachineBench bench = plain().bench().owner();
        bench.run(1_000);
        for (int at = 0; at < 100; at++) {
            assertThat(adverts(bench.run(99))).hasSizeLessThanOrEqualTo(1);
            bench.run(1);
        }
    }

    @Test
    void s643_a_flood_of_lesser_adverts_and_goodbyes_is_answered_every_ten_milliseconds() {
        MachineBench bench = plain().bench().owner();
        bench.run(50);
        bench.done.clear();
        for (int advert = 0; advert < 1_000; advert++) {
            bench.advert(2, advert % 2);
        }
        assertThat(adverts(bench.done)).containsExactly(240);
        bench.sleep(10);
        assertThat(adverts(bench.advert(2, 0))).containsExactly(240);
        assertThat(bench.active()).isTrue();
    }

    @Test
    void s643_who_has_stopped_as_owner_answers_no_rival() {
        MachineBench bench = plain().bench().owner();
        bench.tell(new Event.Shutdown());
        bench.run(300);
        bench.done.clear();
        bench.advert(2, 1);
        bench.advert(2, 0);
        assertThat(adverts(bench.run(10_000))).isEmpty();
        assertThat(bench.state()).isEqualTo(new State.Initialize());
    }

    @Test
    void s643_an_owner_learns_no_interval_from_a_lesser_router() {
        MachineBench bench = plain().bench().owner();
        bench.advert(2, 230, 1_000);
        assertThat(adverts(bench.run(1_000))).hasSizeBetween(9, 11);
        bench.tell(new Event.LinkState(false));
        bench.tell(new Event.LinkState(true));
        bench.run(1_000);
        assertThat(bench.active())
                .as("nobody else is there, and three of its own are over")
                .isTrue();
    }

    @Test
    void s71_an_other_interval_is_told_and_nothing_is_dropped() {
        MachineBench same = plain().bench().ready();
        same.advert(0, 250);
        assertThat(alarms(same)).isEmpty();
        MachineBench other = plain().bench().ready();
        for (int advert = 0; advert < 20; advert++) {
            other.advert(0, 250, 100);
            other.run(1_000);
        }
        assertThat(other.backup()).as("believed all the same").isTrue();
        assertThat(alarms(other))
                .containsExactly(
                        "10.77.0.11 advertises every 1000 ms, and this file says 100 ms: its"
                                + " silence is noticed after three of its own");
    }

    @Test
    void s832_two_address_owners_are_told_and_end_with_one() {
        MachineBench lesser = addressOwner().bench().ready();
        lesser.advert(0, 255);
        assertThat(lesser.active()).as("the greater address stays").isTrue();
        MachineBench greater = addressOwner().bench().ready();
        greater.advert(2, 255);
        assertThat(greater.active()).as("the lesser one yields").isFalse();
        for (MachineBench bench : List.of(lesser, greater)) {
            assertThat(alarms(bench).stream().filter(text -> text.contains("priority 255")))
                    .singleElement()
                    .asString()
                    .contains(" advertises with priority 255 as this node does: only one router");
        }
        MachineBench one = plain().bench().owner();
        one.advert(0, 255);
        assertThat(alarms(one)).as("of one alone").noneMatch(text -> text.contains("255"));
    }

    @Test
    void s842_version_2_is_ignored_of_a_router_that_sends_version_3_too() {
        MachineBench both = plain().bench().ready();
        both.advert(0, 250, 10);
        double learned = both.activeDownMillis();
        version2(both, 250, 100);
        assertThat(both.activeDownMillis()).as("as if it had said nothing").isEqualTo(learned);
        version2(both, 0, 100);
        assertThat(both.activeDownMillis()).isEqualTo(learned);
        both.run(310);
        assertThat(both.active()).as("three of its intervals, not of a second").isTrue();
    }

    @Test
    void s842_version_2_alone_is_believed_with_its_interval_in_seconds() {
        MachineBench.Setting setting = plain();
        setting.interval = Duration.ofMillis(100);
        MachineBench bench = setting.bench().ready();
        version2(bench, 250, 100);
        assertThat(bench.activeDownMillis())
                .isCloseTo(3_000 + (256 - 240) * 1_000 / 256.0, within(0.01));
        assertThat(alarms(bench)).as("100 ms rounded up").isEmpty();
        bench.run(2_000);
        version2(bench, 250, 200);
        assertThat(alarms(bench)).singleElement().asString().contains("every 2000 ms");
    }

    @Test
    void s842_version_2_counts_again_when_version_3_has_ended() {
        MachineBench bench = plain().bench().ready();
        bench.advert(0, 250, 10);
        bench.run(301);
        version2(bench, 250, 100);
        assertThat(bench.activeDownMillis()).isGreaterThan(3_000);
        assertThat(bench.backup()).isTrue();
    }

    @Test
    void s812_a_backup_announces_nothing_and_neither_does_an_owner_whose_address_failed() {
        MachineBench backup = plain().bench().ready();
        for (int advert = 0; advert < 100; advert++) {
            backup.advert(0, 250);
            backup.run(300);
        }
        assertThat(kinds(backup.done)).doesNotContain("Announce", "SendAdvert", "AddAddress");
        MachineBench owner = plain().bench().owner();
        owner.tell(new Event.ActionFailed(new Action.AddAddress(), "no device"));
        owner.done.clear();
        owner.advert(0, 250);
        assertThat(kinds(owner.run(500))).doesNotContain("Announce");
    }

    @Test
    void s643_addresses_are_compared_as_unsigned_numbers() throws Exception {
        MachineBench.Setting setting = plain();
        setting.linkLocal = "fe80::8000:0:0:5";
        MachineBench bench = setting.bench().owner();
        bench.tell(
                new Event.AdvertReceived(
                        InetAddress.getByName("fe80::6"),
                        new VrrpAdvert(51, 240, 10, List.of(MachineBench.VIP))));
        assertThat(bench.active()).as("fe80::6 is less than fe80::8000:0:0:5").isTrue();
    }
}
