package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import java.time.Duration;

/**
 * The keys of a group that say how the network learns where it is; part of the table that {@link
 * Keys} begins.
 */
final class CarrierKeys {

    static final Key<ConfigObject> HOOK =
            Keys.section(
                    "hook",
                    "gratuitous ARP and neighbour advertisements",
                    "a program that moves the addresses where the network forbids announcements");

    static final Key<Boolean> VIRTUAL_MAC =
            defaulted(
                    "virtual-mac",
                    Kinds.flag(),
                    false,
                    "false",
                    "whether the group's addresses have the virtual router's MAC address on every"
                            + " owner, 00:00:5e:00:01:VRID for IPv4 and 00:00:5e:00:02:VRID for"
                            + " IPv6, where switches allow that");

    static final Key<ConfigValue> COMMAND =
            required(
                    "command",
                    Kinds.any("list of texts"),
                    Keys.NOTHING,
                    "the program by its whole path and its arguments, without a shell; exit code 0"
                            + " is success");

    static final Key<Duration> DEADLINE =
            Keys.duration(
                    "deadline",
                    Duration.ofMillis(100),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(5),
                    "after this long it is killed with all it has started, and has failed");

    static final Shape SHAPE =
            Shape.of(
                    "groups.NAME.hook",
                    "The program is run when this node becomes and when it ceases to be the owner."
                            + " It finds `PROA_STATE` (active, backup, fault or initialize),"
                            + " `PROA_GROUP`, `PROA_VIPS`, `PROA_NODE`, `PROA_OWNER`, `PROA_TERM`"
                            + " and `PROA_REASON` in its environment.",
                    COMMAND,
                    DEADLINE);

    private CarrierKeys() {}
}
