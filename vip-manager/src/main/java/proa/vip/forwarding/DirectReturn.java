package proa.vip.forwarding;

import proa.config.BackendConfig.Server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rules of {@code dsr}: a copy of the packet, unchanged, is routed to the server's own address,
 * so that the kernel finds the server's hardware address itself, and the packet is dropped. Servers
 * answer clients directly.
 *
 * <pre>
 * map f_NAME     { bucket : number of a server }     changes with the servers' health
 * map f_NAME_at  { number : address }                set f_NAME_new, _to { number; counter }
 * chain direct   prerouting, behind the lease: VIP, port  mark := f_NAME[hash(client)] ; goto d_NAME
 * chain d_NAME   counted ; dup to f_NAME_at[mark] ; drop
 * </pre>
 *
 * <p>The copy is never tracked and leaves by the output hook, so nothing else here sees it.
 * Stateless.
 */
final class DirectReturn {

    /** Numbers of servers follow those of buckets among the marks. */
    private static final int FIRST = RuleSet.MARK + 0x4000;

    private DirectReturn() {}

    /** A server as it stands in the maps. */
    static int number(Service service, String server) {
        return FIRST + service.names().indexOf(server);
    }

    static void sets(boolean six, Service service, StringBuilder text) {
        String name = RuleSet.name(service);
        String address = six ? "ipv6_addr" : "ipv4_addr";
        text.append("  map ").append(name).append(" { type mark : mark; }\n");
        text.append("  map ").append(name).append("_at { type mark : ").append(address);
        text.append("; elements = { ").append(each(service, at -> addressed(service, at)));
        text.append(" }\n  }\n");
        for (String set : Counters.sets(service)) {
            text.append("  set ").append(name).append(set).append(" { type mark; counter;");
            text.append(" elements = { ").append(each(service, at -> "" + (FIRST + at)));
            text.append(" }\n  }\n");
        }
    }

    private static String addressed(Service service, int at) {
        Server server = service.servers().get(at);
        return FIRST + at + " : " + server.address().getAddress().getHostAddress();
    }

    private static String each(Service service, IntFunction<String> element) {
        return IntStream.range(0, service.servers().size())
                .mapToObj(element)
                .collect(Collectors.joining(", "));
    }

    /** What chooses the server, behind the hash. */
    static String choice(Service service) {
        return " meta mark set meta mark map @"
                + RuleSet.name(service)
                + " goto d_"
                + name(service);
    }

    /** The chain that the choice goes to. */
    static void chain(Service service, StringBuilder text) {
        String name = RuleSet.name(service);
        List<String> rules = new ArrayList<>();
        if (!service.udp()) {
            rules.add("tcp flags & (fin | syn | rst | ack) == syn meta mark @" + name + "_new");
        }
        rules.add("meta mark @" + name + "_to");
        rules.add("dup to meta mark map @" + name + "_at");
        rules.add("drop");
        text.append("  chain d_").append(name(service)).append(" {\n");
        rules.forEach(rule -> text.append("    ").append(rule).append('\n'));
        text.append("  }\n");
    }

    private static String name(Service service) {
        return service.frontend();
    }
}
