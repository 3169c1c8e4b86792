package proa.chaos.observe;

import proa.chaos.lab.Conversation;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Place;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
     * @param firstSource the first of 1,000 addresses that probes come from
     */
    public record Plan(
            List<String> arp,
            String asker,
            List<String> probes,
            int probeMillis,
            String firstSource) {
        public Plan {
            arp = List.copyOf(arp);
            probes = List.copyOf(probes);
        }

        private List<String> arguments() {
            List<String> arguments = new ArrayList<>(List.of("demo-observe"));
            arp.forEach(address -> arguments.add("--arp=" + address));
            probes.forEach(target -> arguments.add("--probe=" + target));
            arguments.add("--asker=" + asker);
            arguments.add("--probe-millis=" + probeMillis);
            arguments.add("--sources=" + firstSource + "/1000");
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

    /** The hardware address that answered last for an address, within the last half second. */
    public Optional<String> owner(String address) {
        Ownership ownership = since(System.nanoTime() - 500_000_000L).owners().get(address);
        return ownership == null ? Optional.empty() : ownership.last();
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
