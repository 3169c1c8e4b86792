package proa.chaos.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.Shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The observers on addresses that are moved by hand: they see what was done, in milliseconds. */
@RequiresNetns
class ObserverTest {

    private static final String VIP = "10.77.0.100";
    private static final Duration SOON = Duration.ofSeconds(60);

    /** A silence that lasts too long is staged again: the machine may have been elsewhere. */
    private static final int STAGED_MAX = 10;

    private static final String TARGET = VIP + ":80";

    @TempDir private static Path folder;
    private static final Map<Host, LabProcess> servers = new HashMap<>();
    private static Lab lab;
    private static Host one;
    private static Host two;
    private static Observer observer;

    @BeforeAll
    static void build() {
        lab = Lab.open();
        Host client = lab.host("client", "10.77.0.1/24");
        client.ip("route add local 10.99.0.0/16 dev lo\n");
        one = server("one", "10.77.0.11/24");
        two = server("two", "10.77.0.12/24");
        give(one);
        Observer.Plan plan =
                new Observer.Plan(List.of(VIP), "10.77.0.240", List.of(TARGET), 1, "10.99.16.0");
        observer = Observer.start(client, plan, folder);
        Await.until(SOON, "the address is served", () -> isServed() && isOwner(one));
    }

    private static Host server(String name, String address) {
        Host host = lab.host(name, address);
        host.ip("route add 10.99.0.0/16 via 10.77.0.1\n");
        LabProcess process =
                host.start(
                        "server",
                        Launcher.command(
                                List.of(
                                        "test-servers",
                                        "--server=" + name + "=0.0.0.0",
                                        "--http-port=80",
                                        "--echo-port=7000")),
                        folder.resolve(name + ".log"),
                        Launcher.ENVIRONMENT);
        servers.put(host, process);
        return host;
    }

    private static void give(Host host) {
        host.ip("address add " + VIP + "/32 dev eth0\n");
    }

    private static void take(Host host) {
        host.ip("address del " + VIP + "/32 dev eth0\n");
    }

    /** What the product's announcement does. */
    private static void clientsLearn(Host host) {
        lab.host("client").ip("neighbour replace " + VIP + " lladdr " + host.mac() + " dev eth0\n");
    }

    private static boolean isOwner(Host host) {
        return observer.owner(VIP).equals(Optional.of(host.mac()));
    }

    /** Nobody is seen for a moment by an observer that stood still. */
    private static Host owner() {
        String mac = Await.found(SOON, "an owner", () -> observer.owner(VIP));
        return mac.equals(one.mac()) ? one : two;
    }

    private static boolean isServed() {
        long now = System.nanoTime();
        Silence silence =
                observer.between(now - 900_000_000L, now - 400_000_000L).silences().get(TARGET);
        return silence != null && silence.probes() > 100 && silence.unanswered() == 0;
    }

    /** What is asked now may still be on its way; what was asked then is not. */
    private static boolean isServedSince(long nanos) {
        long settled = System.nanoTime() - 400_000_000L;
        if (settled <= nanos) {
            return false;
        }
        Silence silence = observer.between(nanos, settled).silences().get(TARGET);
        return silence != null && silence.probes() > 20 && silence.over();
    }

    @AfterAll
    static void close() {
        observer.close();
        lab.close();
    }

    private static Observation since(long start) {
        return observer.sinceUntilOver(start, List.of(TARGET));
    }

    private static Ownership ownership(long start) {
        return Objects.requireNonNull(observer.since(start).owners().get(VIP));
    }

    /** How long nobody answered, and for how long the address was nowhere. */
    private record Move(double gapMillis, double nowhereMillis) {
        boolean measuredWell() {
            return gapMillis <= nowhereMillis + 300;
        }
    }

    private static Move move() {
        Host from = owner();
        Host to = from == one ? two : one;
        long start = System.nanoTime();
        Await.until(SOON, "it is seen first", () -> ownership(start).first().isPresent());
        long taken = System.nanoTime();
        take(from);
        Await.pass(Duration.ofMillis(300));
        give(to);
        clientsLearn(to);
        long moved = System.nanoTime();
        Await.until(SOON, "the other serves it", () -> isOwner(to) && isServedSince(moved));
        Observation move = since(start);
        Silence silence = move.silences().get(TARGET);
        assertThat(silence.over()).isTrue();
        assertThat(silence.gapMillis()).isGreaterThanOrEqualTo(295.0);
        Ownership owners = move.owners().get(VIP);
        assertThat(owners.first()).hasValue(from.mac());
        assertThat(owners.last()).hasValue(to.mac());
        assertThat(owners.overlapMillis()).isZero();
        return new Move(silence.gapMillis(), (moved - taken) / 1e6);
    }

    @Test
    void theyMeasureASilenceAndAMoveWithoutOverlapAndThenTwoOwners() {
        Move move = move();
        for (int staged = 1; staged < STAGED_MAX && !move.measuredWell(); staged++) {
            move = move();
        }
        assertThat(move.measuredWell()).as("%s", move).isTrue();

        Host other = owner() == one ? two : one;
        long doubled = System.nanoTime();
        give(other);
        Await.until(SOON, "both answer", () -> ownership(doubled).overlapMillis() > 50);
        take(other);
        assertThat(since(doubled).owners().get(VIP).overlapMillis()).isGreaterThan(50);
    }

    /**
     * What was asked before it stood still and answered while it did is read before it is given up:
     * the server stands still first, so that there is something.
     */
    @Test
    void oneThatStoodStillBlamesNobody() {
        boolean waited = false;
        boolean blameless = false;
        for (int staged = 0; staged < STAGED_MAX && !(waited && blameless); staged++) {
            LabProcess server = Objects.requireNonNull(servers.get(owner()));
            long start = System.nanoTime();
            server.hang();
            Await.pass(Duration.ofMillis(50));
            signal("STOP");
            server.resume();
            Await.pass(Duration.ofMillis(600));
            signal("CONT");
            long resumed = System.nanoTime();
            Await.until(SOON, "it goes on", () -> isServedSince(resumed));
            Silence silence = since(start).silences().get(TARGET);
            assertThat(silence.lateMillis()).isGreaterThan(590);
            waited = silence.slowestMillis() > 590;
            blameless = silence.unanswered() == 0;
        }
        assertThat(waited).as("some were waiting").isTrue();
        assertThat(blameless).isTrue();
    }

    private static void signal(String signal) {
        long pid =
                ProcessHandle.current()
                        .descendants()
                        .mapToLong(ProcessHandle::pid)
                        .filter(ObserverTest::isObserver)
                        .findFirst()
                        .orElseThrow();
        Shell.run(List.of("kill", "-" + signal, Long.toString(pid)));
    }

    private static boolean isObserver(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                    .contains("\0demo-observe\0");
        } catch (IOException _) {
            return false; // it has just ended
        }
    }

    @Test
    void askingDoesNotTeachTheClientsKernelTheOwner() {
        Host owner = owner();
        lab.host("client")
                .ip("neighbour replace " + VIP + " lladdr 02:00:00:00:00:ee nud stale dev eth0\n");
        Await.pass(Duration.ofMillis(50));
        assertThat(lab.host("client").run("ip", "neighbour", "show", VIP))
                .contains("02:00:00:00:00:ee");
        clientsLearn(owner);
    }
}
