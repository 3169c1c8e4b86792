package proa.chaos.drill;

import proa.chaos.load.LoadPlan;
import proa.chaos.observe.Observer;
import proa.config.drill.Targets;

import java.net.Inet4Address;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Clients and observers of an operator's machines, by what the target file has of services. */
final class RemoteVisitors {

    private static final int HTTP_CLIENTS_MAX = 200;

    /** So that each client stays far below a rate limit of its source. */
    private static final int REQUESTS_EACH = 3;

    private static final int PROBE_MILLIS = 1;

    private final Targets targets;
    private final Targets.Clients clients;

    RemoteVisitors(Targets targets) {
        this.targets = targets;
        this.clients = targets.clients();
    }

    private String vip() {
        return targets.address().getHostAddress();
    }

    /** The service that is probed. */
    String probed() {
        return vip() + ":" + clients.http();
    }

    LoadPlan loadPlan() {
        Map<String, String> nodes = new LinkedHashMap<>();
        targets.hosts().forEach(host -> nodes.put(host.name(), host.address().getHostAddress()));
        Targets.Ports ports = clients.ports();
        return new LoadPlan(
                List.of(vip()),
                nodes,
                clients.servers(),
                new LoadPlan.Ports(
                        clients.http(),
                        or0(ports.echo()),
                        or0(ports.sessions()),
                        or0(ports.hostLimited()),
                        or0(ports.hostEcho()),
                        or0(ports.hostSessions())),
                new LoadPlan.SourcePlan(source(0, 1), source(32, 0), source(255, 1), source(64, 0)),
                Math.clamp(clients.rate() / REQUESTS_EACH, 1, HTTP_CLIENTS_MAX),
                clients.rate(),
                new LoadPlan.Asked(clients.host(), clients.path()),
                or0(clients.limit()),
                clients.limitWindowMillis());
    }

    private static int or0(OptionalInt port) {
        return port.orElse(0);
    }

    /** One of the network of sources; empty without one. */
    private String source(int third, int fourth) {
        return clients.sources().map(first -> at(first, third, fourth)).orElse("");
    }

    private static String at(Inet4Address first, int third, int fourth) {
        byte[] octets = first.getAddress();
        return (octets[0] & 0xff) + "." + (octets[1] & 0xff) + "." + third + "." + fourth;
    }

    Observer.Plan observerPlan() {
        return new Observer.Plan(
                clients.segment().isPresent() ? List.of(vip()) : List.of(),
                clients.segment().map(segment -> segment.asker().getHostAddress()).orElse(""),
                List.of(probed()),
                PROBE_MILLIS,
                source(16, 0),
                clients.segment().map(Targets.Segment::interfaceName).orElse("none"),
                clients.host(),
                clients.path(),
                List.of(),
                "");
    }

    /** Invariants that nobody watches, and why. */
    Map<String, String> unwatched() {
        Targets.Ports ports = clients.ports();
        Map<String, String> unwatched = new LinkedHashMap<>();
        if (ports.hostEcho().isEmpty()) {
            unwatched.put("I3", "the target file has no `host-echo`");
        }
        if (ports.hostLimited().isEmpty()) {
            unwatched.put("I4", "the target file has no `host-limited`");
        }
        if (ports.hostSessions().isEmpty()) {
            String why = "the target file has no `host-sessions`";
            List.of("I5", "I8", "writes").forEach(id -> unwatched.put(id, why));
        }
        if (clients.servers().isEmpty()) {
            String why = "the target file has no `servers`";
            List.of("I6", "I7").forEach(id -> unwatched.put(id, why));
        }
        if (ports.echo().isEmpty()) {
            unwatched.put("I10", "the target file has no `echo`");
        }
        if (!targets.lab()) {
            unwatched.put("I12", "connections of other clients than the drill's hold descriptors");
        }
        return unwatched;
    }
}
