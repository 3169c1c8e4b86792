package proa.vip.forwarding;

import proa.config.BackendConfig.Server;
import proa.config.spread.Hash64;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the table of one frontend is built from, as digests that nodes compare: two nodes whose
 * digests are equal send a connection to the same server. A difference is told as what is
 * different, not where: that is in the files.
 *
 * @param frontend its name
 * @param group the traffic group of its address
 * @param reached of the floating address, the port, the protocol and the kind of forwarding
 * @param spread of how clients are given to buckets: the hash and its seed, how many buckets, by
 *     what of a client, and from how few servers on the next tier helps
 * @param servers of their names, addresses, weights, tiers and who is a backup
 */
public record Blueprint(String frontend, String group, long reached, long spread, long servers) {

    private static final int DIGEST_SEED = 0;

    /** Of what this host's file says. */
    public static Blueprint of(Service service) {
        String reached =
                written(service.address())
                        + ' '
                        + (service.udp() ? "udp" : "tcp")
                        + ' '
                        + service.forwarding().name();
        String spread =
                RuleSet.SEED
                        + " "
                        + Buckets.SIZE
                        + ' '
                        + (service.bySource() ? "address" : "address and port")
                        + ' '
                        + service.activeMin();
        // The table does not depend on the order in which the file lists them.
        String servers =
                service.servers().stream()
                        .sorted(Comparator.comparing(Server::name))
                        .map(Blueprint::written)
                        .collect(Collectors.joining("\n"));
        return new Blueprint(
                service.frontend(),
                service.group(),
                digest(reached),
                digest(spread),
                digest(servers));
    }

    private static long digest(String text) {
        return Hash64.of(text, DIGEST_SEED);
    }

    private static String written(Server server) {
        return server.name()
                + ' '
                + written(server.address())
                + ' '
                + server.weight()
                + ' '
                + server.tier()
                + (server.backup() ? " backup" : "");
    }

    private static String written(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ' ' + address.getPort();
    }

    /** In words, in what another node's is different; empty: in nothing. */
    Optional<String> differenceTo(Blueprint other) {
        List<String> words = new ArrayList<>();
        if (!group.equals(other.group)) {
            words.add("its group, " + other.group + " there");
        }
        if (reached != other.reached) {
            words.add("its address, port, mode or forwarding");
        }
        if (spread != other.spread) {
            words.add("how clients are spread (balance, active-min, number of buckets or seed)");
        }
        if (servers != other.servers) {
            words.add("its servers (names, addresses, weights, tiers or backups)");
        }
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
    }
}
