package proa.chaos.observe;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import proa.chaos.lab.Conversation;
import proa.chaos.load.Sources;
import proa.config.command.Subcommand;
import proa.vip.linux.FrameSocket;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code proa demo-observe}: {@link Observer}'s process. It observes from its start to the end of
 * its standard input; the line {@code between FROM TO} (nanoseconds) is answered with an {@link
 * Observation}, {@code parts FROM TO COUNT} with {@link Parts} of the first probed service.
 */
@Command(
        name = "demo-observe",
        hidden = true,
        description = "Watches floating addresses from a client's side until its input ends.")
public final class ObserveCommand implements Subcommand {

    @Option(names = "--arp", description = "An address to ask for by ARP; repeatable.")
    private List<String> watched = List.of();

    @Option(names = "--ndp", description = "An address to ask for by NDP; repeatable.")
    private List<String> solicited = List.of();

    @Option(names = "--interface", defaultValue = "eth0", description = "Where they are asked for.")
    private String interfaceName = "";

    @Option(names = "--asker", description = "The first of eight unused addresses to ask from.")
    private String asker = "";

    @Option(names = "--ndp-asker", description = "The first of eight unused ones of IPv6.")
    private String ndpAsker = "";

    @Option(names = "--arp-millis", defaultValue = "5", description = "Between two questions.")
    private int arpMillis;

    @Option(names = "--probe", description = "ADDRESS:PORT of an HTTP service; repeatable.")
    private List<String> probed = List.of();

    @Option(names = "--probe-millis", defaultValue = "1", description = "Between two probes.")
    private int probeMillis;

    @Option(
            names = "--sources",
            description = "FIRST/COUNT: addresses that probes over IPv4 come from.")
    private String sources = "";

    @Option(names = "--host", defaultValue = "probe", description = "What probes name as host.")
    private String host = "";

    @Option(names = "--path", defaultValue = "/probe", description = "What probes ask for.")
    private String path = "";

    private final Map<String, Prober> probers = new LinkedHashMap<>();
    private final List<OwnerWatch> watches = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        watch();
        String[] from = sources.split("/", 2);
        for (String target : probed) {
            int colon = target.lastIndexOf(':');
            InetAddress address = literal(target.substring(0, colon));
            String first = address instanceof Inet4Address ? from[0] : "";
            probers.put(
                    target,
                    Prober.start(
                            new InetSocketAddress(
                                    address, Integer.parseInt(target.substring(colon + 1))),
                            new Sources(first, Integer.parseInt(from[1])),
                            Prober.request(host, path),
                            TimeUnit.MILLISECONDS.toNanos(probeMillis)));
        }
        Conversation.answer(question -> answer(question.split(" ")));
        watches.forEach(OwnerWatch::close);
        probers.values().forEach(Prober::close);
        return 0;
    }

    /** An address as it stands before the port. */
    static InetAddress literal(String text) {
        boolean six = text.startsWith("[") && text.endsWith("]");
        return InetAddress.ofLiteral(six ? text.substring(1, text.length() - 1) : text);
    }

    private void watch() throws IOException {
        if (watched.isEmpty() && solicited.isEmpty()) {
            return;
        }
        NetworkInterface network = NetworkInterface.getByName(interfaceName);
        if (network == null) {
            throw new IOException("no interface " + interfaceName);
        }
        if (!watched.isEmpty()) {
            Asking arp = new ArpAsking(Inet4Address.ofLiteral(asker));
            watch(arp, watched, FrameSocket.arp(network.getIndex()));
        }
        if (!solicited.isEmpty()) {
            Asking ndp = new NdpAsking((Inet6Address) InetAddress.ofLiteral(ndpAsker));
            watch(ndp, solicited, FrameSocket.neighbours(network.getIndex()));
        }
    }

    private void watch(Asking asking, List<String> addresses, FrameSocket socket) {
        watches.add(
                OwnerWatch.start(
                        asking,
                        addresses.stream().map(InetAddress::ofLiteral).toList(),
                        TimeUnit.MILLISECONDS.toNanos(arpMillis),
                        socket));
    }

    private Record answer(String[] question) throws IOException {
        if (question.length == 4 && question[0].equals("parts")) {
            return parts(question);
        }
        if (question.length != 3 || !question[0].equals("between")) {
            throw new IOException("not a question: " + String.join(" ", question));
        }
        long from = Long.parseLong(question[1]);
        long to = Long.parseLong(question[2]);
        long now = System.nanoTime();
        Map<String, Silence> silences = new LinkedHashMap<>();
        probers.forEach((target, prober) -> silences.put(target, prober.log().between(from, to)));
        Map<String, Ownership> owners = new LinkedHashMap<>();
        for (OwnerWatch watch : watches) {
            for (String address : Stream.concat(watched.stream(), solicited.stream()).toList()) {
                watch.between(InetAddress.ofLiteral(address), from, to)
                        .ifPresent(ownership -> owners.put(address, ownership));
            }
        }
        return new Observation(now, silences, owners);
    }

    private Parts parts(String[] question) {
        return new Parts(
                probers.values().stream()
                        .limit(1)
                        .flatMap(
                                prober ->
                                        prober
                                                .log()
                                                .parts(
                                                        Long.parseLong(question[1]),
                                                        Long.parseLong(question[2]),
                                                        Integer.parseInt(question[3]))
                                                .stream())
                        .toList());
    }
}
