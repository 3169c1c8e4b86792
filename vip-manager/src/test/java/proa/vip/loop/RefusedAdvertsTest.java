package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.vip.packet.Decoded.Reason;
import proa.vip.vrrp.AlarmLimit;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What is said of packets that were dropped, and that nobody can keep it from being said. */
class RefusedAdvertsTest {

    private static final int VRID = 51;
    private static final InetAddress LISTED = InetAddress.ofLiteral("10.77.0.12");
    private static final InetAddress LINK_LOCAL = InetAddress.ofLiteral("fe80::ff:fe00:2");
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final List<String> alarms = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final RefusedAdverts refusals =
            new RefusedAdverts(alarms::add, remarks::add, Set.of(LISTED));

    private void refused(InetAddress source, long nowNanos) {
        refusals.refused(Reason.CHECKSUM, source, VRID, nowNanos);
    }

    /** So many that not one more of theirs is told now. */
    private void flood() {
        for (int sender = 1; sender <= 3 * AlarmLimit.KINDS_MAX; sender++) {
            refused(InetAddress.ofLiteral("fe80::" + Integer.toHexString(0x100 + sender)), 0);
        }
        assertThat(alarms).hasSize(AlarmLimit.KINDS_MAX);
        alarms.clear();
    }

    @Test
    void aFloodOfStrangersLeavesAListedMemberItsLine() {
        flood();
        refused(LISTED, 0);
        assertThat(alarms)
                .containsExactly(
                        "refused an advertisement of VRID 51 from 10.77.0.12: its checksum is"
                                + " wrong, with and without the pseudo-header");
    }

    @Test
    void aMembersLinkLocalAddressIsItsOwnOnceItHasGreetedAndAStrangersUntilThen() {
        flood();
        refused(LINK_LOCAL, 0);
        assertThat(alarms).as("anybody's").isEmpty();
        refusals.greeted("lb2", List.of(LINK_LOCAL));
        refused(LINK_LOCAL, 0);
        assertThat(alarms)
                .singleElement()
                .asString()
                .contains(" from " + LINK_LOCAL.getHostAddress() + ": its checksum is wrong");
    }

    @Test
    void whatAMemberNamesLastCountsAndAnotherMembersStays() {
        InetAddress moved = InetAddress.ofLiteral("fe80::ff:fe00:7");
        refusals.greeted("lb2", List.of(LINK_LOCAL));
        refusals.greeted("lb3", List.of(InetAddress.ofLiteral("fe80::ff:fe00:3")));
        refusals.greeted("lb2", List.of(moved));
        flood();
        refused(LINK_LOCAL, 0);
        assertThat(alarms).as("nobody's any more").isEmpty();
        refused(moved, 0);
        refused(InetAddress.ofLiteral("fe80::ff:fe00:3"), 0);
        assertThat(alarms).hasSize(2);
    }

    @Test
    void oneSenderAndReasonIsOneLineAMinute() {
        refused(LISTED, 0);
        refused(LISTED, MINUTE - 1);
        assertThat(alarms).hasSize(1);
        refusals.refused(Reason.TTL, LISTED, VRID, MINUTE - 1);
        refused(LISTED, MINUTE);
        assertThat(alarms).hasSize(3);
        assertThat(alarms.get(1)).contains("TTL or hop limit", "(and 1 other packets");
    }

    @Test
    void anotherVirtualRouterOfTheWireIsARemarkOnceAnHour() {
        for (int minute = 0; minute < 60; minute++) {
            refusals.elsewhere(LISTED, 77, minute * MINUTE);
        }
        assertThat(alarms).isEmpty();
        assertThat(remarks)
                .containsExactly(
                        "ignored an advertisement of VRID 77 from 10.77.0.12: no group of this"
                                + " file has that VRID");
        refusals.elsewhere(LISTED, 77, 60 * MINUTE);
        assertThat(remarks).hasSize(2);
    }
}
