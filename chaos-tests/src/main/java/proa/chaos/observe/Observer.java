package proa.chaos.observe;

import proa.chaos.lab.Conversation;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Place;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process at a place that watches addresses and probes services until it is closed. Used by one
 * thread at a time.
 */
public final class Observer implements AutoCloseable {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    /** A program that starts on a machine that does many other things. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

    /** After this a probe is either answered or never will be. */
    private static final long SETTLE_MILLIS = Prober.TIMEOUT_MILLIS + 50;

    /** A machine that stands still for a moment answers by then, unless nobody does. */
    private static final long OVER_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RECENT_SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Conversation process;

    private Observer(Conversation process) {
        this.process = process;
    }

    /**
     * What to observe.
     *
     * @param arp addresses to ask for by ARP; empty: none
     * @param asker the first of eight unused addresses of their subnet
     * @param probes {@code address:port} of HTTP services
     * @param probeMillis between two probes of one service
     * @param firstSource the first of 1,000 addresses that probes over IPv4 come from; empty, and
     *     over IPv6: from this machine's own
     * @param interfaceName where they are asked for
     * @param host what probes name as their host
     * @param path what they ask for
     * @param ndp addresses to ask for by neighbour solicitations; empty: none
     * @param ndpAsker the first of eight unused addresses of their subnet
     */
    public record Plan(
            List<String> arp,
            String asker,
            List<String> probes,
            int probeMillis,
            String firstSource,
            String interfaceName,
            String host,
            String path,
            List<String> ndp,
            String ndpAsker) {
        public Plan {
            arp = List.copyOf(arp);
            ndp = List.copyOf(ndp);
            probes = List.copyOf(probes);
        }

        /** In a lab, where every host has an eth0. */
        public Plan(
                List<String> arp,
                String asker,
                List<String> probes,
                int probeMillis,
                String firstSource) {
            this(arp, asker, probes, probeMillis, firstSource, List.of(), "");
        }

        /** The same with addresses of IPv6. */
        public Plan(
                List<String> arp,
                String asker,
                List<String> probes,
                int probeMillis,
                String firstSource,
                List<String> ndp,
                String ndpAsker) {
            this(
                    arp,
                    asker,
                    probes,
                    probeMillis,
                    firstSource,
                    "eth0",
                    "probe",
                    "/probe",
                    ndp,
                    ndpAsker);
        }

        private List<String> arguments() {
            List<String> arguments = new ArrayList<>(List.of("demo-observe"));
            arp.forEach(address -> arguments.add("--arp=" + address));
            probes.forEach(target -> arguments.add("--probe=" + target));
            arguments.add("--asker=" + asker);
            ndp.forEach(address -> arguments.add("--ndp=" + address));
            arguments.add("--ndp-asker=" + ndpAsker);
            arguments.add("--probe-millis=" + probeMillis);
            arguments.add("--sources=" + firstSource + "/1000");
            arguments.add("--interface=" + interfaceName);
            arguments.add("--host=" + host);
            arguments.add("--path=" + path);
            return arguments;
        }
    }

    /**
     * Starts the process and waits until it observes.
     *
     * @param folder gets its log
     */
    public static Observer start(Place place, Plan plan, Path folder) {
        Observer observer =
                new Observer(
                        place.converse(
                                "observer",
                                Launcher.command(plan.arguments()),
                                folder.resolve("observer.log"),
                                Launcher.ENVIRONMENT));
        observer.between(System.nanoTime(), System.nanoTime(), START_TIMEOUT);
        return observer;
    }

    /** What it saw from one moment of {@link System#nanoTime} to another. */
    public Observation between(long fromNanos, long toNanos) {
        return between(fromNanos, toNanos, ANSWER_TIMEOUT);
    }

    private Observation between(long fromNanos, long toNanos, Duration timeout) {
        return process.ask("between " + fromNanos + " " + toNanos, Observation.class, timeout);
    }

    /** What its first prober saw from one moment to another, in so many equal parts. */
    public List<Part> parts(long fromNanos, long toNanos, int count) {
        return process.ask(
                        "parts " + fromNanos + " " + toNanos + " " + count,
                        Parts.class,
                        ANSWER_TIMEOUT)
                .parts();
    }

    /** What it saw since a moment. */
    public Observation since(long fromNanos) {
        return between(fromNanos, System.nanoTime());
    }

    /**
     * What it saw since a moment, when these services answer again; after a minute in any case. One
     * probe that waited too long, on a machine that does other things as well, is no silence that
     * lasts.
     */
    public Observation sinceUntilOver(long fromNanos, List<String> targets) {
        long end = System.nanoTime() + OVER_NANOS;
        Observation seen;
        do {
            settle();
            seen = since(fromNanos);
        } while (!isOver(seen, targets) && System.nanoTime() < end);
        return seen;
    }

    private static boolean isOver(Observation seen, List<String> targets) {
        return targets.stream().allMatch(target -> silence(seen, target).over());
    }

    /** The hardware address that answered last for an address, within the last half second. */
    public Optional<String> owner(String address) {
        Ownership ownership = since(System.nanoTime() - 500_000_000L).owners().get(address);
        return ownership == null ? Optional.empty() : ownership.last();
    }

    /** The longest time without an answer of one service in what was observed. */
    public static Silence silence(Observation observation, String target) {
        Silence silence = observation.silences().get(target);
        if (silence == null) {
            throw new IllegalStateException(target + " is not probed");
        }
        return silence;
    }

    /** The same of the last second that probes can have been answered in. */
    public Silence recent(String target) {
        long settled = System.nanoTime() - RECENT_SETTLED_NANOS;
        return silence(between(settled - STEADY_NANOS, settled), target);
    }

    /**
     * Whether a service has answered every probe of a second.
     *
     * @param probesMin as many there have to be
     */
    public boolean isSteady(String target, long probesMin) {
        Silence silence = recent(target);
        return silence.over() && silence.unanswered() == 0 && silence.probes() > probesMin;
    }

    /** Waits until every probe sent before now has had its chance to be answered. */
    public void settle() {
        try {
            Thread.sleep(SETTLE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
