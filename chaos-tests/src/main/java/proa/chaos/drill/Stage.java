package proa.chaos.drill;

import proa.chaos.demo.Cast;
import proa.chaos.drill.facts.Owners;
import proa.chaos.lab.Await;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.lab.VipdStatus;
import proa.chaos.load.LoadReport;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Ownership;
import proa.chaos.observe.Silence;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A warm trio under load on which one drill after the other takes place: its balancers, its
 * clients, its observers and a stranger. Used by one thread at a time; {@link #close} ends all.
 */
final class Stage implements AutoCloseable {

    /** The traffic group whose address is observed. */
    static final String GROUP = "web";

    /** A host that belongs to nobody. */
    static final String STRANGER = "stranger";

    /** Beyond this a cluster does not become whole again; the same however patient one is. */
    static final Duration RECOVERY = Duration.ofMinutes(2);

    private static final int FILL = 1_000;

    private static final Duration LOOKS = Duration.ofMinutes(1);

    /** Requests a second below which the load would prove little. */
    private static final double RATE_MIN = 400;

    /** Longer silences before a fault are not the fault's. */
    private static final double SILENCE_MILLIS_MAX = 150;

    private static final double ARP_INTERVAL_MILLIS = 5;
    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Cast cast;
    private final Lab lab;
    private final Pace pace;
    private final WallClocks clocks = new WallClocks(this);
    private List<Machine> managed;

    private Stage(Cast cast, Lab lab, Pace pace) {
        this.cast = cast;
        this.lab = lab;
        this.pace = pace;
        this.managed = cast.trio().machines();
    }

    /**
     * Builds and starts everything; returns when the load has warmed it up.
     *
     * @param folder an existing empty one, for files and logs
     * @param opened is told of the trio as soon as there is something to end
     */
    static Stage open(int nodes, Path folder, Pace pace, Consumer<Cast> opened) {
        Cast cast = Cast.open(TrioPlan.network(nodes), folder);
        opened.accept(cast);
        try {
            Lab lab = cast.trio().lab().orElseThrow();
            lab.host(STRANGER, "10.77.0.66/24");
            Stage stage = new Stage(cast, lab, pace);
            cast.start(cast.trio().machines());
            stage.awaitWhole();
            stage.fill();
            cast.load().begin();
            cast.load().beginWitnesses();
            Await.pass(pace.warmUp());
            return stage;
        } catch (RuntimeException e) {
            cast.close();
            throw e;
        }
    }

    /** Sessions and sticky clients of their own for each drill. */
    void fill() {
        LoadReport.Filled filled = cast.load().fill(FILL, FILL);
        if (filled.failed() > 0) {
            throw new LabException("the trio cannot be filled: " + filled.lastError());
        }
    }

    /** Ends every address manager but the owner's: nobody can take over any more. */
    void refuseTakeover() {
        Machine owner = awaitOwner();
        for (Machine machine : cast.trio().others(owner)) {
            machine.vipd().kill();
            machine.vipd().await(RECOVERY);
        }
        managed = List.of(owner);
    }

    /** Clocks that drills turn. */
    WallClocks clocks() {
        return clocks;
    }

    Cast cast() {
        return cast;
    }

    Lab lab() {
        return lab;
    }

    Pace pace() {
        return pace;
    }

    Trio trio() {
        return cast.trio();
    }

    String vip() {
        return cast.trio().plan().vips().getFirst();
    }

    /** Who answers for the address now; strangers do not count. */
    Optional<Machine> owner() {
        long now = System.nanoTime();
        List<Owners.Period> periods = periods(cast.observer().since(now - RECENT_NANOS), now);
        return periods.isEmpty()
                ? Optional.empty()
                : Optional.of(cast.trio().machine(periods.getLast().node()));
    }

    Machine awaitOwner() {
        Await.until(RECOVERY, vip() + " has an owner", () -> owner().isPresent());
        return owner().orElseThrow();
    }

    /** Who answered when, in milliseconds since a moment. */
    List<Owners.Period> periods(Observation observation, long sinceNanos) {
        Ownership ownership = Cast.ownership(observation, vip());
        return Owners.of(
                ownership.periods().stream()
                        .map(
                                period ->
                                        new Owners.Period(
                                                cast.trio()
                                                        .machineOf(period.mac())
                                                        .map(Machine::name)
                                                        .orElse(""),
                                                (period.firstNanos() - sinceNanos) / 1e6,
                                                (period.lastNanos() - sinceNanos) / 1e6))
                        .toList());
    }

    /** For how long two balancers answered in what was observed; negative: nobody asked. */
    double overlapMillis(Observation observation) {
        return observation.owners().containsKey(vip())
                ? Owners.overlapMillis(periods(observation, 0), ARP_INTERVAL_MILLIS)
                : -1;
    }

    Silence silence(Observation observation) {
        return cast.silence(observation, vip());
    }

    Roles roles() {
        return new Roles(awaitOwner(), cast.trio().machines());
    }

    /** Every balancer is ready, sees every other one and holds all copies it should. */
    void awaitWhole() {
        List<Machine> machines = cast.trio().machines();
        Await.until(
                RECOVERY,
                () -> "the cluster is whole: " + machines.stream().map(Machine::status).toList(),
                this::isWhole);
    }

    private boolean isWhole() {
        List<Machine> machines = cast.trio().machines();
        return managed.stream().allMatch(Machine::isReady)
                && managersAreSettled(machines)
                && machines.stream()
                        .allMatch(
                                machine ->
                                        machine.status()
                                                .filter(status -> status.whole(machines.size()))
                                                .isPresent());
    }

    /** A node is ready before an address manager that has just been started could take over. */
    private boolean managersAreSettled(List<Machine> machines) {
        return managed.size() < machines.size()
                || machines.stream()
                        .map(VipdStatus::of)
                        .allMatch(status -> status.filter(VipdStatus::settled).isPresent());
    }

    /** What is not as it should be, in every look of a minute; empty: everything is steady. */
    String unsteady() {
        long end = System.nanoTime() + LOOKS.toNanos();
        String trouble = look();
        while (!trouble.isEmpty() && System.nanoTime() < end) {
            trouble = look();
        }
        return trouble;
    }

    private String look() {
        if (!isWhole()) {
            Await.pass(pace.look());
            return "not every balancer is ready and sees the others";
        }
        LoadReport.Counts before = cast.load().counts();
        long start = System.nanoTime();
        Await.pass(pace.look());
        LoadReport.Counts after = cast.load().counts();
        cast.observer().settle();
        Silence silence = silence(cast.observer().since(start));
        double rate = (after.answered() - before.answered()) * 1e9 / (System.nanoTime() - start);
        if (after.failed() > before.failed()) {
            return (after.failed() - before.failed()) + " requests failed without a fault";
        }
        if (rate < RATE_MIN / pace.patience()) {
            return "only " + Math.round(rate) + " requests a second are answered";
        }
        return silence.over() && silence.gapMillis() <= SILENCE_MILLIS_MAX * pace.patience()
                ? ""
                : "the address does not answer steadily: " + silence;
    }

    @Override
    public void close() {
        cast.close();
    }
}
