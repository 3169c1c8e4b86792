package proa.vip.forwarding;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the kernel has counted for each server. With {@code stateless} forwarding nothing is
 * remembered, so no connection is counted; with {@code dsr} answers do not pass, and a connection
 * is a packet that begins one.
 */
public final class Counters {

    /** Sets of a service: connections begun, packets to servers, packets from servers. */
    private static final List<String> SETS = List.of("_new", "_to", "_from");

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

    /** The elements of one set that count. */
    public record Counting(String set, List<Value> elements) {}

    /** Where a service's counters are. */
    static List<Counting> of(Service service) {
        List<Value> elements =
                service.servers().stream().map(server -> element(service, server)).toList();
        return sets(service).stream()
                .map(set -> new Counting(RuleSet.name(service) + set, elements))
                .toList();
    }

    /**
     * The counters of all servers of these services.
     *
     * @param counted what the elements of each set have counted; zero where one is missing
     */
    public static List<Traffic> of(List<Service> services, Map<String, Map<Value, Count>> counted) {
        List<Traffic> all = new ArrayList<>();
        for (Service service : services) {
            for (Server server : service.servers()) {
                Value element = element(service, server);
                String name = RuleSet.name(service);
                all.add(
                        new Traffic(
                                service.frontend(),
                                server.name(),
                                count(counted, name + "_new", element).packets(),
                                count(counted, name + "_to", element),
                                count(counted, name + "_from", element)));
            }
        }
        return all;
    }

    /** The sets that a service has: what servers answer directly is not seen. */
    static List<String> sets(Service service) {
        return service.forwarding() == Forwarding.DSR ? SETS.subList(0, 2) : SETS;
    }

    private static Value element(Service service, Server server) {
        return service.forwarding() == Forwarding.DSR
                ? new Value.Mark(DirectReturn.number(service, server.name()))
                : new Value.Place(server.address());
    }

    private static Count count(Map<String, Map<Value, Count>> counted, String set, Value element) {
        return counted.getOrDefault(set, Map.of()).getOrDefault(element, Count.NONE);
    }
}
