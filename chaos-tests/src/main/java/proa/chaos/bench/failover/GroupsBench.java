package proa.chaos.bench.failover;

import proa.chaos.bench.failover.FailoverReport.Figures;
import proa.chaos.bench.failover.FailoverReport.ManyGroups;
import proa.chaos.lab.Await;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Machine;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Observer;
import proa.chaos.observe.Ownership;
import proa.chaos.observe.Silence;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The owner of {@value GroupsLab#GROUPS} groups dies, again and again: its vipd is killed. One
 * address of each group is probed, and watched for a second owner; that the others have moved as
 * well is what the hosts say.
 */
final class GroupsBench {

    /** All groups together are probed twice in a millisecond. */
    private static final int PROBE_MILLIS = 10;

    /** Before a fault, and after it. */
    private static final Duration STEADY = Duration.ofSeconds(1);

    private static final Duration STEADY_MAX = Duration.ofMinutes(2);
    private static final Duration TAKEOVER_MAX = Duration.ofSeconds(30);

    private final Duration interval;
    private final int runs;
    private final PrintStream progress;

    GroupsBench(Duration interval, int runs, PrintStream progress) {
        this.interval = interval;
        this.runs = runs;
        this.progress = progress;
    }

    /**
     * Everything that was started has ended when this returns.
     *
     * @param folder an existing empty one
     */
    ManyGroups measure(Path folder) throws IOException {
        List<String> served = GroupsLab.served();
        List<String> targets = served.stream().map(each -> each + ":" + Trial.PORT).toList();
        Observer.Plan plan =
                new Observer.Plan(served, "10.77.0.240", targets, PROBE_MILLIS, "10.99.16.0");
        List<FailoverRun> found = new ArrayList<>();
        try (GroupsLab lab = GroupsLab.open(folder, interval)) {
            lab.awaitWhole();
            try (Observer observer = Observer.start(lab.clientPlace(), plan, folder)) {
                for (int run = 0; run < runs; run++) {
                    found.add(run(lab, observer));
                    progress.printf(
                            "kill-vipd of %d addresses: %.1f ms, two owners %.1f ms%n",
                            GroupsLab.addresses().size(),
                            found.getLast().gapMillis(),
                            found.getLast().overlapMillis());
                }
            }
        } catch (LabException e) {
            throw new IOException(
                    "bench failover: " + e.getMessage() + "\nThe logs are in " + folder, e);
        }
        return new ManyGroups(GroupsLab.GROUPS, GroupsLab.addresses().size(), Figures.of(found));
    }

    private FailoverRun run(GroupsLab lab, Observer observer) {
        Await.until(STEADY_MAX, "every group answers every probe", () -> isSteady(observer));
        Machine owner = lab.owner().orElseThrow();
        long start = System.nanoTime();
        owner.vipd().kill();
        Await.until(
                TAKEOVER_MAX,
                () -> "the other one has every address of " + owner,
                () -> lab.owner().filter(now -> now != owner).isPresent());
        Await.pass(STEADY);
        observer.settle();
        FailoverRun run = worst(observer.since(start));
        lab.mend();
        return run;
    }

    private static boolean isSteady(Observer observer) {
        long now = System.nanoTime();
        Observation lately = observer.between(now - STEADY.toNanos(), now);
        return lately.silences().values().stream()
                .allMatch(each -> each.over() && each.unanswered() == 0 && each.probes() > 0);
    }

    /** Of every group the worst, as a service that needs all of them would see it. */
    static FailoverRun worst(Observation seen) {
        double gap = 0;
        int lost = 0;
        double late = 0;
        for (Silence silence : seen.silences().values()) {
            if (!silence.over()) {
                throw new LabException("an address does not answer again: " + silence);
            }
            gap = Math.max(gap, silence.gapMillis());
            lost = Math.max(lost, silence.unanswered());
            late = Math.max(late, silence.lateMillis());
        }
        double overlap =
                seen.owners().values().stream()
                        .mapToDouble(Ownership::overlapMillis)
                        .max()
                        .orElse(0);
        return new FailoverRun(gap, lost, overlap, late);
    }
}
