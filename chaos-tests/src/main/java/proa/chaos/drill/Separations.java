package proa.chaos.drill;

import proa.chaos.drill.facts.Separation;
import proa.config.drill.Fault;
import proa.config.drill.Step;
import proa.config.drill.Where;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When a step kept balancers from hearing each other, and who of them was cut off. Pure.
 *
 * @param patience factor of every budget of time
 */
record Separations(Step step, Roles roles, double patience) {

    /**
     * In which the others have to put out whom they do not hear, and it has to find that out:
     * writes of the others have waited 4.4 s for that.
     */
    private static final Duration FINDS_OUT = Duration.ofSeconds(6);

    /** Without a majority both sides go on. */
    private static final int PAIR = 2;

    /**
     * When a fault came, in milliseconds since the first one of the drill.
     *
     * @param beganMillis it may have been there from then on
     * @param thereMillis it surely was from then on
     */
    record Committed(double beganMillis, double thereMillis) {}

    /**
     * Who could not hear whom.
     *
     * @param balancers that may be cut off
     * @param sharp nothing passes, rather than some or late
     */
    private record Cut(Set<String> balancers, boolean sharp) {}

    /**
     * All of them.
     *
     * @param faults those that were committed, in their order
     * @param undoneMillis when all were undone
     * @param wholeMillis when the cluster was whole again; infinite: never
     */
    List<Separation> during(List<Committed> faults, double undoneMillis, double wholeMillis) {
        List<Separation> separations = new ArrayList<>();
        for (int at = 0; at < faults.size(); at++) {
            Fault fault = step.faults().get(at);
            Optional<Cut> cut = cut(fault);
            if (cut.isPresent()) {
                double from = faults.get(at).beganMillis;
                boolean pair = isPair();
                double last = cut.get().sharp ? faults.get(at).thereMillis : undoneMillis;
                double to = pair ? wholeMillis : last + FINDS_OUT.toMillis() * patience;
                Set<String> through = through(cut.get().balancers);
                separations.add(new Separation(fault.text(), through, pair, from, to));
            }
        }
        return separations;
    }

    /**
     * Whether neither an advertisement nor a word of the mesh passes between the owner and another
     * balancer. An earlier fault of the step may have changed who that is.
     */
    boolean ownerIsApart() {
        return step.faults().stream().anyMatch(this::ownerIsApart);
    }

    private boolean ownerIsApart(Fault fault) {
        if (!(fault instanceof Fault.Partition(Set<Where> some, Set<Where> others))) {
            return false;
        }
        Set<String> near = balancers(some);
        Set<String> far = balancers(others);
        boolean apart = !near.isEmpty() && !far.isEmpty();
        boolean owners = near.contains(roles.owner()) || far.contains(roles.owner());
        return apart && (owners || step.faults().size() > 1);
    }

    private boolean isPair() {
        return roles.machines().size() <= PAIR;
    }

    /** Whom clients ask at the floating address an earlier fault of the step may have changed. */
    private Set<String> through(Set<String> balancers) {
        Set<String> through = new HashSet<>(balancers);
        if (balancers.contains(roles.owner()) || step.faults().size() > 1) {
            through.add("vip");
        }
        return through;
    }

    /** A process that stands still is none: it asks before it answers. */
    private Optional<Cut> cut(Fault fault) {
        return switch (fault) {
            case Fault.Partition(Set<Where> some, Set<Where> others) ->
                    between(some, others)
                            .map(_ -> new Cut(smaller(balancers(some), balancers(others)), true));
            case Fault.Isolate(_, Where at) ->
                    Optional.of(new Cut(Set.of(roles.machine(at)), true));
            case Fault.Loss(_, _, Set<Where> some, Set<Where> others) -> between(some, others);
            case Fault.Delay(_, _, _, _, _, Set<Where> some, Set<Where> others) ->
                    between(some, others);
            case Fault.Narrow(_, Where at) ->
                    Optional.of(new Cut(Set.of(roles.machine(at)), false));
            case Fault.Expire(Where at) ->
                    // It is started anew and alone: of a trio no majority.
                    isPair()
                            ? Optional.of(new Cut(Set.of(roles.machine(at)), true))
                            : Optional.empty();
            case Fault.Kill _,
                    Fault.Hang _,
                    Fault.Stop _,
                    Fault.Exhaust _,
                    Fault.Starve _,
                    Fault.Stick _,
                    Fault.Upgrade _,
                    Fault.Drain _,
                    Fault.Move _,
                    Fault.Thief _,
                    Fault.Flush _,
                    Fault.Clock _,
                    Fault.Fill _,
                    Fault.Configure _,
                    Fault.Storm _,
                    Fault.Servers _ ->
                    Optional.empty();
        };
    }

    private Optional<Cut> between(Set<Where> some, Set<Where> others) {
        Set<String> all = balancers(some);
        Set<String> far = balancers(others);
        if (all.isEmpty() || far.isEmpty()) {
            return Optional.empty();
        }
        all.addAll(far);
        return Optional.of(new Cut(all, false));
    }

    private Set<String> balancers(Set<Where> places) {
        Set<String> balancers = new HashSet<>(roles.hosts(places));
        balancers.retainAll(roles.machines());
        return balancers;
    }

    private static Set<String> smaller(Set<String> one, Set<String> other) {
        if (one.size() == other.size()) {
            Set<String> both = new HashSet<>(one);
            both.addAll(other);
            return both;
        }
        return one.size() < other.size() ? one : other;
    }
}
