package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.VrrpConfig;

import java.time.Duration;
import java.util.Map;

/**
 * The keys of a group that say how it speaks VRRP and what lowers its priority; part of the table
 * that {@link Keys} begins.
 */
final class GroupKeys {

    private static final Duration TENTH = Duration.ofMillis(100);

    private GroupKeys() {}

    private static Key<Integer> weight(int value, String meaning) {
        return defaulted("weight", Kinds.whole(1, 253), value, Integer.toString(value), meaning);
    }

    /** {@code groups.NAME.vrrp}. */
    static final class Vrrp {
        static final Key<Duration> INTERVAL =
                optional(
                        "advert-interval",
                        Kinds.duration(VrrpConfig.INTERVAL_MIN, VrrpConfig.INTERVAL_MAX),
                        "as `cluster.timing` says",
                        "time between advertisements, a multiple of 10 ms; below 100 ms only with"
                                + " real-time scheduling");
        static final Key<Integer> PRIORITY =
                defaulted(
                        "priority",
                        Kinds.whole(31, 255),
                        VrrpConfig.PRIORITY,
                        Integer.toString(VrrpConfig.PRIORITY),
                        "of the most preferred node, each next one has 10 less; 255: an address"
                                + " owner, which takes the group at its start");
        static final Key<Boolean> MULTICAST =
                defaulted(
                        "multicast",
                        Kinds.flag(),
                        false,
                        "false",
                        "whether advertisements also go to 224.0.0.18 and ff02::12 on the"
                                + " interfaces of the addresses");
        static final Key<VrrpConfig.Checksum> CHECKSUM =
                defaulted(
                        "checksum",
                        Kinds.choice(
                                Map.of(
                                        "rfc9568", VrrpConfig.Checksum.RFC9568,
                                        "pseudo-header", VrrpConfig.Checksum.PSEUDO_HEADER)),
                        VrrpConfig.Checksum.RFC9568,
                        "rfc9568",
                        "what the checksum of an IPv4 advertisement covers when sent: the message,"
                                + " or a pseudo-header too as keepalived up to 2.3 wants it");
        static final Key<Boolean> VERSION_2 =
                defaulted(
                        "version-two",
                        Kinds.flag(),
                        false,
                        "false",
                        "whether VRRP version 2 is heard and sent as well, over IPv4, while old"
                                + " routers are being replaced");
        static final Key<ConfigObject> ROUTERS =
                Keys.named(
                        "routers",
                        "none",
                        "VRRP routers that are none of ours, such as keepalived; what they"
                                + " advertise is believed, though it can be forged");
        static final Shape SHAPE =
                Shape.of(
                        "groups.NAME.vrrp",
                        "How the group speaks VRRP (RFC 9568), and to whom besides the members.",
                        INTERVAL,
                        PRIORITY,
                        MULTICAST,
                        CHECKSUM,
                        VERSION_2,
                        ROUTERS);

        static final Key<ConfigValue> ADDRESSES =
                required(
                        "addresses",
                        Kinds.any("list of addresses"),
                        Keys.NOTHING,
                        "its IPv4 address, its IPv6 link-local address, or both");
        static final Shape ROUTER =
                Shape.of(
                        "groups.NAME.vrrp.routers.NAME",
                        "One VRRP router that is none of ours.",
                        ADDRESSES);

        private Vrrp() {}
    }

    /** {@code groups.NAME.track}, beyond the gateway. */
    static final class Track {
        static final Key<ConfigObject> SCRIPTS =
                Keys.named("scripts", "none", "programs whose exit code lowers the priority");
        static final Key<ConfigObject> SERVERS =
                Keys.section(
                        "servers",
                        "not tracked",
                        "the share of servers that are up behind the group's frontends");

        static final Key<ConfigValue> COMMAND =
                required(
                        "command",
                        Kinds.any("list of texts"),
                        Keys.NOTHING,
                        "the program and its arguments, without a shell; exit code 0 is good");
        static final Key<Duration> EVERY =
                Keys.duration(
                        "every",
                        TENTH,
                        Duration.ofHours(1),
                        Duration.ofSeconds(2),
                        "from one start to the next");
        static final Key<Duration> TIMEOUT =
                Keys.duration(
                        "timeout",
                        TENTH,
                        Duration.ofMinutes(1),
                        Keys.SECOND,
                        "after this long it is killed and counts as bad");
        static final Key<Integer> RISE =
                defaulted(
                        "rise",
                        Kinds.whole(1, 100),
                        2,
                        "2",
                        "good ends in a row that make it good again");
        static final Key<Integer> FALL =
                defaulted(
                        "fall", Kinds.whole(1, 100), 2, "2", "bad ends in a row that make it bad");
        static final Key<Integer> SCRIPT_WEIGHT =
                weight(100, "taken off the priority while it is bad");
        static final Shape SCRIPT =
                Shape.of(
                        "groups.NAME.track.scripts.NAME",
                        "A program that is run again and again.",
                        COMMAND,
                        EVERY,
                        TIMEOUT,
                        RISE,
                        FALL,
                        SCRIPT_WEIGHT);

        static final Key<Integer> AT_LEAST =
                required(
                        "at-least",
                        HealthKinds.percent(1, 100),
                        50,
                        "with a smaller share of healthy servers the node is worse than others");
        static final Key<Duration> HOLD =
                Keys.duration(
                        "hold",
                        Duration.ZERO,
                        Duration.ofHours(1),
                        Duration.ofSeconds(3),
                        "how long the share must have been so before it counts");
        static final Key<Integer> SERVERS_WEIGHT =
                weight(50, "taken off the priority while there are fewer");
        static final Shape SHARE =
                Shape.of(
                        "groups.NAME.track.servers",
                        "The share of healthy servers, as this host's node counts them.",
                        AT_LEAST,
                        HOLD,
                        SERVERS_WEIGHT);

        private Track() {}
    }
}
