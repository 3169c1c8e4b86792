package proa.chaos.observe;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import proa.chaos.lab.Conversation;
import proa.chaos.load.Sources;
import proa.config.command.Subcommand;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

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

    @Option(names = "--interface", defaultValue = "eth0", description = "Where ARP is asked.")
    private String interfaceName = "";

    @Option(names = "--asker", description = "The first of eight unused addresses to ask from.")
    private String asker = "";

    @Option(names = "--arp-millis", defaultValue = "5", description = "Between two ARP requests.")
    private int arpMillis;

    @Option(names = "--probe", description = "ADDRESS:PORT of an HTTP service; repeatable.")
    private List<String> probed = List.of();

    @Option(names = "--probe-millis", defaultValue = "1", description = "Between two probes.")
    private int probeMillis;

    @Option(names = "--sources", description = "FIRST/COUNT: addresses the probes come from.")
    private String sources = "";

    @Option(names = "--host", defaultValue = "probe", description = "What probes name as host.")
    private String host = "";

    @Option(names = "--path", defaultValue = "/probe", description = "What probes ask for.")
    private String path = "";

    private final Map<String, Prober> probers = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        Optional<ArpWatch> watch = watch();
        String[] from = sources.split("/", 2);
        for (String target : probed) {
            String[] parts = target.split(":", 2);
            probers.put(
                    target,
                    Prober.start(
                            new InetSocketAddress(
                                    InetAddress.ofLiteral(parts[0]), Integer.parseInt(parts[1])),
                            new Sources(from[0], Integer.parseInt(from[1])),
                            Prober.request(host, path),
                            TimeUnit.MILLISECONDS.toNanos(probeMillis)));
        }
        Conversation.answer(question -> answer(question.split(" "), watch));
        watch.ifPresent(ArpWatch::close);
        probers.values().forEach(Prober::close);
        return 0;
    }

    private Optional<ArpWatch> watch() throws IOException {
        if (watched.isEmpty()) {
            return Optional.empty();
        }
        List<Inet4Address> addresses = new ArrayList<>();
        watched.forEach(address -> addresses.add(Inet4Address.ofLiteral(address)));
        return Optional.of(
                ArpWatch.start(
                        interfaceName,
                        addresses,
                        Inet4Address.ofLiteral(asker),
                        TimeUnit.MILLISECONDS.toNanos(arpMillis)));
    }

    private Record answer(String[] question, Optional<ArpWatch> watch) throws IOException {
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
        probers.forEach(
                (target, prober) -> silences.put(target, prober.log().between(from, to, now)));
        Map<String, Ownership> owners = new LinkedHashMap<>();
        watch.ifPresent(
                arp -> {
                    for (String address : watched) {
                        owners.put(address, arp.between(InetAddress.ofLiteral(address), from, to));
                    }
                });
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
