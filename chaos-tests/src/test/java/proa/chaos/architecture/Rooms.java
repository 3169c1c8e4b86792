package proa.chaos.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every package is a room for rules (pure: state, event and now in, state and actions out) or for
 * carriers (sockets, threads, files). A new package is entered here, or the build says so.
 *
 * @param root the package that all rooms are under; a fixture has another than the product
 */
record Rooms(String root) {
    private static final List<String> RULES =
            List.of(
                    "config",
                    "config.change",
                    "config.command",
                    "config.importer",
                    "config.link",
                    "config.spread",
                    "config.text",
                    "config.tls",
                    "config.wire",
                    "cluster.membership",
                    "cluster.replication",
                    "cluster.sessions",
                    "cluster.tables",
                    "vip.forwarding",
                    "vip.packet",
                    "vip.placement",
                    "vip.vrrp",
                    "node.balance",
                    "node.exchange",
                    "node.health",
                    "node.message",
                    "node.rules");

    private static final List<String> CARRIERS =
            List.of(
                    "cluster.engine",
                    "cluster.member",
                    "cluster.transport",
                    "vip.linux",
                    "vip.loop",
                    "vip.mesh",
                    "node.admin",
                    "node.cli",
                    "node.early",
                    "node.link",
                    "node.listener",
                    "node.probe",
                    "node.protocol",
                    "node.reload",
                    "node.upstream");

    /** A class of a rules room. */
    DescribedPredicate<JavaClass> rules() {
        return in("a rules room", RULES);
    }

    /** A class of a room that some rule is about, for example {@code config.text}. */
    DescribedPredicate<JavaClass> named(String... rooms) {
        return in(String.join(" or ", rooms), Arrays.asList(rooms));
    }

    /** A class in the folder of a module or of a part of it, at any depth. */
    DescribedPredicate<JavaClass> under(String... parts) {
        return DescribedPredicate.describe(
                "under " + String.join(" or ", parts),
                type -> Arrays.stream(parts).anyMatch(part -> isUnder(type, part)));
    }

    /** A class of a room that carries bytes in the node. */
    DescribedPredicate<JavaClass> nodeCarriers() {
        return in(
                "a carrier of the node",
                CARRIERS.stream().filter(room -> room.startsWith("node.")).toList());
    }

    /** A class whose room nobody entered in the two lists; the lab arranges its own. */
    DescribedPredicate<JavaClass> unlisted() {
        List<String> all = Stream.concat(RULES.stream(), CARRIERS.stream()).toList();
        return DescribedPredicate.describe(
                "an unlisted room",
                type ->
                        isUnder(type, "")
                                && !isUnder(type, "chaos")
                                && !type.getSimpleName().equals("package-info")
                                && all.stream().noneMatch(room -> isIn(type, room)));
    }

    private DescribedPredicate<JavaClass> in(String description, List<String> rooms) {
        return DescribedPredicate.describe(
                description, type -> rooms.stream().anyMatch(room -> isIn(type, room)));
    }

    private boolean isIn(JavaClass type, String room) {
        return type.getPackageName().equals(root + "." + room);
    }

    private boolean isUnder(JavaClass type, String part) {
        String prefix = part.isEmpty() ? root : root + "." + part;
        return (type.getPackageName() + ".").startsWith(prefix + ".");
    }
}
