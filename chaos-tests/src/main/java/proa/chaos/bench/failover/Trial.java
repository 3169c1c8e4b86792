package proa.chaos.bench.failover;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.LabException;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Observer;
import proa.chaos.observe.Ownership;
import proa.chaos.observe.Silence;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** One fault, from a steady state to the next. */
final class Trial {

    static final int PORT = 80;

    /** Before a fault, and after the new owner has answered. */
    private static final Duration STEADY = Duration.ofSeconds(1);

    /** From here on the old owner's return is no matter of the fault. */
    private static final Duration TAKEOVER_MAX = Duration.ofSeconds(30);

    private static final Duration STEADY_MAX = Duration.ofMinutes(2);

    /** An owner that has just come needs this long until it has told everybody. */
    private static final int SETTLE_INTERVALS = 10;

    private final Observer observer;
    private final Duration settle;

    Trial(Observer observer, Duration interval) {
        this.observer = observer;
        Duration told = interval.multipliedBy(SETTLE_INTERVALS);
        this.settle = told.compareTo(STEADY) > 0 ? told : STEADY;
    }

    FailoverRun run(Contestant contestant, Fault fault) {
        contestant.awaitWhole();
        Await.pass(settle);
        awaitSteady(contestant);
        Host owner = owner(contestant).orElseThrow();
        long start = System.nanoTime();
        contestant.strike(fault, owner);
        Await.until(
                TAKEOVER_MAX,
                () -> "another host serves " + contestant.address() + " after: " + fault,
                () -> hasMoved(contestant, owner, start));
        Await.pass(STEADY);
        observer.settle();
        Observation seen = observer.since(start);
        FailoverRun run =
                FailoverRun.of(silence(contestant, seen), ownership(contestant.address(), seen));
        contestant.mend(fault, owner);
        return run;
    }

    /** A hung or killed owner may go on to answer ARP: what counts is that the other one does. */
    private boolean hasMoved(Contestant contestant, Host owner, long start) {
        Observation seen = observer.since(start);
        return silence(contestant, seen).over()
                && ownership(contestant.address(), seen).periods().stream()
                        .anyMatch(period -> !period.mac().equals(owner.mac()));
    }

    private void awaitSteady(Contestant contestant) {
        Await.until(
                STEADY_MAX,
                () -> contestant.name() + " answers every probe from one host",
                () -> isSteady(contestant));
    }

    private boolean isSteady(Contestant contestant) {
        long now = System.nanoTime();
        Observation seen = observer.between(now - STEADY.toNanos(), now);
        Silence silence = silence(contestant, seen);
        return silence.over()
                && silence.unanswered() == 0
                && silence.probes() > 0
                && owner(contestant).isPresent();
    }

    /** The one host that has answered ARP for the address lately. */
    private Optional<Host> owner(Contestant contestant) {
        long now = System.nanoTime();
        Ownership lately =
                ownership(contestant.address(), observer.between(now - STEADY.toNanos(), now));
        boolean one = lately.periods().stream().map(Ownership.Period::mac).distinct().count() == 1;
        Predicate<Host> has = host -> lately.last().filter(host.mac()::equals).isPresent();
        return one ? contestant.hosts().stream().filter(has).findFirst() : Optional.empty();
    }

    private static Silence silence(Contestant contestant, Observation seen) {
        Silence silence = seen.silences().get(contestant.address() + ":" + PORT);
        if (silence == null) {
            throw new LabException(contestant.address() + " is not probed");
        }
        return silence;
    }

    private static Ownership ownership(String address, Observation seen) {
        Ownership ownership = seen.owners().get(address);
        if (ownership == null) {
            throw new LabException(address + " is not watched");
        }
        return ownership;
    }
}
