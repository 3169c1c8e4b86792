package proa.vip.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@link Probe} of a floating address from the client, for as long as something is done to its
 * owner: for how long nobody answered, and for how long two hosts did, which is judged.
 */
public final class Watch implements AutoCloseable {

    /**
     * Three times the 5 ms for which two hosts may answer, which is also the time between two
     * requests: one on a busy machine hears the answers to both at once.
     */
    public static final long OVERLAP_MICROS_MAX = 15_000;

    /**
     * Beside a router of somebody else's there is only what is advertised: who was cut off still
     * has the address when it comes back, and lets go when it hears of the other one. Told, and
     * judged with a margin: FRR answers before it owns, by as long as its daemons take to tell each
     * other, which was 0.2 to 1.0 s.
     */
    private static final long FOREIGN_OVERLAP_MICROS_MAX = 3_000_000;

    private static final long MILLIS_MAX = 300_000;

    private final Program probe;
    private Supplier<String> witnesses = () -> "";

    private Watch(Program probe) {
        this.probe = probe;
    }

    /** What is told beside two owners. */
    Watch with(Supplier<String> told) {
        witnesses = told;
        return this;
    }

    /** What it saw; the overlap is negative when nobody answered for a while in between. */
    public record Seen(long gapMicros, long overlapMicros, int answered, String line) {}

    /** Starts one, and waits until somebody answers ARP. */
    public static Watch of(Site site, Path folder, String address) throws Exception {
        return start(site, folder, List.of(address, "" + FakeNode.PORT, "" + MILLIS_MAX));
    }

    /**
     * The same of {@link Mixed#OURS} and one other router, which may have several MAC addresses.
     */
    public static Watch ofTwo(Site site, Path folder, String address) throws Exception {
        String ours = "02:00:00:00:00:0" + Mixed.OURS;
        return start(site, folder, List.of(address, "" + FakeNode.PORT, "" + MILLIS_MAX, ours));
    }

    private static Watch start(Site site, Path folder, List<String> arguments) throws Exception {
        Path log = folder.resolve("probe" + System.nanoTime() + ".log");
        Watch watch =
                new Watch(
                        new Program(site.ahead(Site.CLIENT), log, "proa.vip.lab.Probe", arguments));
        watch.await("claimed");
        return watch;
    }

    /** Waits until a node has answered, too. */
    public Watch answered() throws Exception {
        await("answered");
        return this;
    }

    private void await(String line) throws Exception {
        Trio.await("the probe: " + line, () -> probe.output().contains(line + "\n"));
    }

    /** Half a second after another node has answered. */
    public Seen end(String what) throws Exception {
        return seen(what, "end", OVERLAP_MICROS_MAX);
    }

    /** Half a second later. */
    public Seen stop(String what) throws Exception {
        return seen(what, "stop", OVERLAP_MICROS_MAX);
    }

    /** The same beside another product's router. */
    public Seen stopForeign(String what) throws Exception {
        return seen(what, "stop", FOREIGN_OVERLAP_MICROS_MAX);
    }

    private Seen seen(String what, String word, long overlapMicrosMax)
            throws IOException, InterruptedException {
        probe.tell(word);
        probe.await();
        String line = probe.output().lines().toList().getLast();
        System.out.printf("%s: %s%n", what, line);
        Seen seen =
                new Seen(
                        number(line, "gapMicros"),
                        number(line, "overlapMicros"),
                        (int) number(line, "answered"),
                        line);
        assertThat(seen.overlapMicros())
                .as(() -> what + ": two owners, microseconds: " + line + "\n" + witnesses.get())
                .isLessThanOrEqualTo(overlapMicrosMax);
        return seen;
    }

    /** The number behind {@code key=}. */
    public static long number(String line, String key) {
        Matcher matcher = Pattern.compile("\\b" + key + "=(-?\\d+)").matcher(line);
        assertThat(matcher.find()).as(line).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Override
    public void close() {
        probe.close();
    }
}
