package proa.chaos.drill;

import proa.chaos.demo.Cast;
import proa.chaos.drill.facts.Owners;
import proa.chaos.drill.facts.Strike;
import proa.chaos.lab.Await;
import proa.chaos.lab.Balancer;
import proa.chaos.lab.LabException;
import proa.chaos.lab.VipdStatus;
import proa.chaos.load.Load;
import proa.chaos.load.LoadReport;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Observer;
import proa.chaos.observe.Ownership;
import proa.chaos.observe.Silence;
import proa.config.drill.Budget;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A warm trio under load on which one drill after the other takes place: its balancers, its
 * clients, its observers and a stranger. Used by one thread at a time; {@link #close} ends all.
 */
final class Stage implements AutoCloseable {

    /**
     * Beyond this a cluster does not become whole again; the same however patient one is. On a
     * machine without a free processor, after a fifth of all packets was lost, two minutes were
     * needed.
     */
    static final Duration RECOVERY = Duration.ofMinutes(5);

    private static final int FILL = 1_000;

    /** Of the requests that clients begin; below it the load would prove little. */
    private static final double RATE_SHARE_MIN = 2 / 3.0;

    /** Longer silences before a fault are not the fault's. */
    private static final double SILENCE_MILLIS_MAX = 150;

    /** Of what a drill allows a fault: with more, what it would show is how busy the machine is. */
    private static final double SILENCE_SHARE_MAX = 0.5;

    private static final double ARP_INTERVAL_MILLIS = 5;

    /** Of a question: eight can be told apart. */
    private static final double LATEST_MILLIS = 8 * ARP_INTERVAL_MILLIS;

    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Who has not looked for more than this of it may have missed an owner. */
    private static final double BLIND_MILLIS = RECENT_NANOS / 2e6;

    /** An observer that stands still for longer is no observer. */
    private static final long BLIND_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    private final Carrier carrier;
    private final Pace pace;
    private List<Balancer> managed;
    private boolean filled;

    private Stage(Carrier carrier, Pace pace) {
        this.carrier = carrier;
        this.pace = pace;
        this.managed = carrier.balancers();
    }

    /**
     * Starts everything; returns when the load has warmed it up. On failure the carrier is closed.
     */
    static Stage open(Carrier carrier, Pace pace) {
        try {
            Stage stage = new Stage(carrier, pace);
            carrier.start();
            stage.awaitSteady();
            stage.awaitWhole();
            stage.fill();
            stage.load().begin();
            stage.load().beginWitnesses();
            Await.pass(pace.warmUp());
            return stage;
        } catch (RuntimeException e) {
            carrier.close();
            throw e;
        }
    }

    /** The same one at another pace. */
    Stage at(Pace other) {
        return new Stage(carrier, other);
    }

    /** Sessions and sticky clients of their own for each drill; those that are there do. */
    void fill() {
        if (filled) {
            return;
        }
        LoadReport.Filled written = load().fill(FILL, FILL);
        if (written.failed() > 0) {
            throw new LabException("the cluster cannot be filled: " + written.lastError());
        }
        filled = true;
    }

    /** What a drill has been judged by is nothing to the next. */
    void forget() {
        load().forget();
        filled = false;
    }

    /** Ends every address manager but the owner's: nobody can take over any more. */
    void refuseTakeover() {
        if (!(carrier instanceof LabCarrier lab)) {
            throw new LabException("address managers of an operator's are not ended");
        }
        Balancer owner = awaitOwner();
        lab.endManagers(owner, RECOVERY);
        managed = List.of(owner);
    }

    Carrier carrier() {
        return carrier;
    }

    List<Balancer> balancers() {
        return carrier.balancers();
    }

    Load load() {
        return carrier.load();
    }

    Observer observer() {
        return carrier.observer();
    }

    Pace pace() {
        return pace;
    }

    String vip() {
        return carrier.vip();
    }

    /** Waits until the address has an owner and has answered every probe for a second. */
    void awaitSteady() {
        awaitOwner();
        for (String target : probed()) {
            Await.until(
                    RECOVERY,
                    () -> target + " answers steadily: " + observer().recent(target),
                    () -> observer().isSteady(target, Cast.STEADY_PROBES));
        }
    }

    /** What is probed, of every family. */
    List<String> probed() {
        return Stream.concat(
                        Stream.of(carrier.probed()),
                        carrier.six().stream().map(Carrier.Six::probed))
                .toList();
    }

    /** Who answers for the address now; strangers do not count. */
    Optional<Balancer> owner() {
        Optional<String> name = carrier.asksArp() ? answering() : reported();
        return name.flatMap(
                owner ->
                        balancers().stream()
                                .filter(balancer -> balancer.name().equals(owner))
                                .findFirst());
    }

    /** The same, asked again while an observer that stood still can have seen nobody. */
    Optional<Balancer> ownerSeen() {
        long end = System.nanoTime() + BLIND_NANOS_MAX;
        Optional<Balancer> owner = owner();
        while (owner.isEmpty() && isBlind() && System.nanoTime() < end) {
            observer().settle();
            owner = owner();
        }
        return owner;
    }

    private boolean isBlind() {
        long now = System.nanoTime();
        Silence recent = silence(observer().between(now - RECENT_NANOS, now));
        return recent.probes() == 0 || recent.lateMillis() > BLIND_MILLIS;
    }

    private Optional<String> answering() {
        long now = System.nanoTime();
        List<Owners.Period> periods = periods(observer().since(now - RECENT_NANOS), now);
        return periods.isEmpty() ? Optional.empty() : Optional.of(periods.getLast().node());
    }

    /** Whom most address managers take for it: no evidence, but who is to be struck. */
    private Optional<String> reported() {
        return balancers().stream()
                .flatMap(balancer -> VipdStatus.of(balancer).stream())
                .flatMap(status -> status.groups().stream())
                .filter(group -> group.group().equals(carrier.group()) && !group.owner().isEmpty())
                .collect(Collectors.groupingBy(VipdStatus.Group::owner, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    Balancer awaitOwner() {
        return Await.found(RECOVERY, vip() + " has an owner", this::owner);
    }

    /** Who answered when, in milliseconds since a moment. */
    List<Owners.Period> periods(Observation observation, long sinceNanos) {
        return periods(observation, vip(), sinceNanos);
    }

    private List<Owners.Period> periods(Observation observation, String vip, long sinceNanos) {
        Ownership ownership = Cast.ownership(observation, vip);
        return Owners.of(
                ownership.periods().stream()
                        .map(
                                period ->
                                        new Owners.Period(
                                                carrier.nameOf(period.mac()).orElse(""),
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

    /** What was observed over IPv6, where there is that. */
    Optional<Strike.Six> six(Observation observation) {
        return carrier.six().map(six -> six(observation, six));
    }

    private Strike.Six six(Observation observation, Carrier.Six six) {
        Silence silence = Observer.silence(observation, six.probed());
        List<Owners.Period> four = periods(observation, 0);
        List<Owners.Period> periods = periods(observation, six.vip(), 0);
        double overlap =
                Math.max(
                        Owners.overlapMillis(periods, ARP_INTERVAL_MILLIS),
                        Owners.acrossMillis(four, periods, LATEST_MILLIS * pace.patience()));
        return new Strike.Six(
                silence.probes(),
                silence.gapMillis(),
                silence.gapUnknownMillis(),
                silence.over(),
                periods.isEmpty() ? -1 : overlap);
    }

    Silence silence(Observation observation) {
        return Observer.silence(observation, carrier.probed());
    }

    Roles roles() {
        return new Roles(awaitOwner().name(), balancers().stream().map(Balancer::name).toList());
    }

    /** Every balancer is ready, sees every other one and holds all copies it should. */
    void awaitWhole() {
        List<Balancer> machines = balancers();
        Await.until(
                RECOVERY,
                () -> "the cluster is whole: " + machines.stream().map(Balancer::status).toList(),
                this::isWhole);
    }

    /** Whether they are now; who cannot be asked is connected again for the next look. */
    boolean isWhole() {
        List<Balancer> machines = balancers();
        boolean whole = isWhole(machines);
        if (!whole) {
            carrier.reconnect();
        }
        return whole;
    }

    private boolean isWhole(List<Balancer> machines) {
        return managed.stream().allMatch(Balancer::isReady)
                && managersAreSettled(machines)
                && machines.stream()
                        .allMatch(
                                machine ->
                                        machine.status()
                                                .filter(status -> status.whole(machines.size()))
                                                .isPresent());
    }

    /** A node is ready before an address manager that has just been started could take over. */
    private boolean managersAreSettled(List<Balancer> machines) {
        return managed.size() < machines.size()
                || machines.stream()
                        .map(VipdStatus::of)
                        .allMatch(status -> status.filter(VipdStatus::settled).isPresent());
    }

    /**
     * What is not as it should be before the first fault of a drill, in every look; empty:
     * everything is steady.
     */
    String unsteady(Budget budget) {
        double share = budget.gap().toNanos() / 1e6 * SILENCE_SHARE_MAX;
        return unsteady(() -> {}, Math.min(SILENCE_MILLIS_MAX, share));
    }

    /**
     * The same when its faults are over; beside each look something is begun anew that only a
     * steady cluster can show.
     */
    String unsteady(Runnable beside) {
        return unsteady(beside, SILENCE_MILLIS_MAX);
    }

    private String unsteady(Runnable beside, double silenceMillisMax) {
        long end = System.nanoTime() + pace.looks().toNanos();
        String trouble;
        do {
            beside.run();
            trouble = look(silenceMillisMax);
        } while (!trouble.isEmpty() && System.nanoTime() < end);
        return trouble;
    }

    private String look(double silenceMillisMax) {
        if (!isWhole()) {
            Await.pass(pace.look());
            return "not every balancer is ready and sees the others";
        }
        LoadReport.Counts before = load().counts();
        long start = System.nanoTime();
        Await.pass(pace.look());
        LoadReport.Counts after = load().counts();
        observer().settle();
        Observation seen = observer().since(start);
        double rate = (after.answered() - before.answered()) * 1e9 / (System.nanoTime() - start);
        if (after.failed() > before.failed()) {
            return (after.failed() - before.failed()) + " requests failed without a fault";
        }
        if (rate < carrier.rate() * RATE_SHARE_MIN / pace.patience()) {
            return "only " + Math.round(rate) + " requests a second are answered";
        }
        double millisMax = silenceMillisMax * pace.patience();
        return probed().stream()
                .map(target -> Observer.silence(seen, target))
                .filter(silence -> !silence.over() || silence.gapMillis() > millisMax)
                .map(
                        silence ->
                                "without a fault the address has not answered for %.1f ms, at most %.1f: %s"
                                        .formatted(silence.gapMillis(), millisMax, silence))
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        carrier.close();
    }
}
