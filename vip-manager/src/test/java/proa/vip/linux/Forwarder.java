package proa.vip.linux;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.NatOptions;
import proa.vip.forwarding.Buckets;
import proa.vip.forwarding.Counters;
import proa.vip.forwarding.Filling;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes, fills and counts the tables of one frontend in the namespace it runs in, as lines on
 * standard input ask: {@code make KIND FAMILY}, {@code fill KIND FAMILY [SERVER,…]}, {@code count
 * KIND FAMILY}; {@code storm} changes the rules without end beside it. Each is answered by one
 * line.
 */
public final class Forwarder {

    /** Of the tables. */
    static final String TABLE = RuleSet.tableName("lab");

    private Forwarder() {}

    /** A frontend with three servers. */
    static Service service(String kind, boolean six) {
        List<Server> servers =
                List.of(1, 2, 3).stream()
                        .map(
                                at ->
                                        new Server(
                                                "s" + at,
                                                address(six ? "fd00:78::2" : "10.78.0.2", at, 5001),
                                                1,
                                                false,
                                                1,
                                                Optional.empty()))
                        .toList();
        return new Service(
                "sql",
                "db",
                Forwarding.valueOf(kind.toUpperCase(Locale.ROOT)),
                false,
                address(six ? "fd00:77::" : "10.77.0.", 100, 3306),
                List.of(),
                false,
                1,
                NatOptions.NONE,
                servers);
    }

    private static InetSocketAddress address(String prefix, int last, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(prefix + last), port);
    }

    /** Runs until its input ends. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ForwardingTables tables = ForwardingTables.open(TABLE)) {
            System.out.println("ready");
            var threads = ManagementFactory.getThreadMXBean();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long start = System.nanoTime();
                long used = threads.getCurrentThreadCpuTime();
                String answer = answer(tables, line.split(" "));
                System.out.printf(
                        "%s: %s processor=%d micros=%d%n",
                        line,
                        answer,
                        (threads.getCurrentThreadCpuTime() - used) / 1_000,
                        (System.nanoTime() - start) / 1_000);
            }
        }
    }

    private static String answer(ForwardingTables tables, String... words) throws IOException {
        if (words[0].equals("storm")) {
            storm();
            return "begins";
        }
        boolean six = words[2].equals("6");
        Service service = service(words[1], six);
        RuleSet rules = RuleSet.of(six, "lab", List.of(service), List.of()).orElseThrow();
        return switch (words[0]) {
            case "make" -> {
                NftProgram.run(rules.replace());
                boolean before = tables.has(six, rules.marker());
                tables.mark(six, rules.marker());
                yield "marked=" + before + "," + tables.has(six, rules.marker());
            }
            case "fill" -> {
                Set<String> usable = words.length > 3 ? Set.of(words[3].split(",")) : Set.of();
                tables.fill(six, new Filling(service, Buckets.of(service, usable)));
                yield "done";
            }
            default -> {
                StringBuilder all = new StringBuilder();
                for (Counters.Counting counting : rules.counters()) {
                    var counts = tables.count(six, counting);
                    all.append(counting.set()).append('=');
                    counting.elements().forEach(each -> all.append(counts.get(each)).append(';'));
                }
                yield all.toString();
            }
        };
    }

    /** As an owner without a device of leases does with each advertisement, but more often. */
    private static void storm() throws IOException {
        List<LeaseTables.Leased> leased =
                List.of(new LeaseTables.Leased(InetAddress.ofLiteral("10.77.0.100"), 2));
        LeaseTables tables = LeaseTables.open("lab", leased, Set.of());
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                while (true) {
                                    tables.renew(leased, 1_000);
                                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                                }
                            } catch (KernelException e) {
                                System.out.println("no storm any more: " + e.getMessage());
                            }
                        });
    }
}
