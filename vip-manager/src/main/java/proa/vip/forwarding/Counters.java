package proa.vip.forwarding;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel has counted for each server, out of what the {@code nft} program prints. With
 * {@code stateless} forwarding nothing is remembered, so no connection is counted; with {@code dsr}
 * answers do not pass, and a connection is a packet that begins one.
 */
public final class Counters {

    /** Sets of a service: connections begun, packets to servers, packets from servers. */
    private static final List<String> SETS = List.of("_new", "_to", "_from");

    private static final Pattern SET = Pattern.compile("\\bset (\\S+) \\{");
    private static final Pattern ELEMENT =
            Pattern.compile("([0-9a-fx.:]+)(?: \\. (\\d+))? counter packets (\\d+) bytes (\\d+)");

    private Counters() {}

    /**
     * One server of a service.
     *
     * @param connections begun since the table was made
     * @param in to the server
     * @param out from the server
     */
    public record Traffic(String frontend, String server, long connections, Count in, Count out) {}

    /** Packets and their bytes, IP heads included. */
    public record Count(long packets, long bytes) {
        static final Count NONE = new Count(0, 0);
    }

    /** The counters of all servers of these services, zero where the text has none. */
    public static List<Traffic> of(List<Service> services, String listing) {
        Map<String, Count> counts = read(listing);
        List<Traffic> all = new ArrayList<>();
        for (Service service : services) {
            for (Server server : service.servers()) {
                String key = key(service, server);
                String name = RuleSet.name(service);
                all.add(
                        new Traffic(
                                service.frontend(),
                                server.name(),
                                count(counts, name, "_new", key).packets(),
                                count(counts, name, "_to", key),
                                count(counts, name, "_from", key)));
            }
        }
        return all;
    }

    /** The sets that a service has: what servers answer directly is not seen. */
    static List<String> sets(Service service) {
        return service.forwarding() == Forwarding.DSR ? SETS.subList(0, 2) : SETS;
    }

    private static String key(Service service, Server server) {
        return service.forwarding() == Forwarding.DSR
                ? DirectReturn.printed(service, server.name())
                : server.address().getAddress().getHostAddress()
                        + " . "
                        + server.address().getPort();
    }

    private static Count count(Map<String, Count> counts, String name, String set, String key) {
        return counts.getOrDefault(name + set + " " + key, Count.NONE);
    }

    private static Map<String, Count> read(String listing) {
        Map<String, Count> counts = new HashMap<>();
        String set = "";
        for (String line : listing.lines().toList()) {
            Matcher begins = SET.matcher(line);
            if (begins.find()) {
                set = begins.group(1);
            }
            Matcher element = ELEMENT.matcher(line);
            while (element.find()) {
                counts.put(
                        set + " " + key(element.group(1), element.group(2)),
                        new Count(
                                Long.parseLong(element.group(3)),
                                Long.parseLong(element.group(4))));
            }
        }
        return counts;
    }

    private static String key(String printed, @Nullable String port) {
        return port == null ? printed : plain(printed) + " . " + port;
    }

    /** The spelling of {@link java.net.InetAddress#getHostAddress}. */
    private static String plain(String printed) {
        return printed.contains(":")
                ? java.net.InetAddress.ofLiteral(printed).getHostAddress()
                : printed;
    }
}
