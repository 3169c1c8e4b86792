package proa.chaos.bench.failover;

import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.observe.Observer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * keepalived with HAProxy in the lab of a trio, beside it and with the same servers, as a control:
 * what the same fault costs there. The lab ends its processes. Used by one thread.
 */
public final class KeepalivedControl implements AutoCloseable {

    /** Whom it is about, in reports. */
    public static final String LABEL = "keepalived with HAProxy";

    private static final List<String> PROGRAMS = List.of("keepalived", "haproxy", "curl");

    private final Contestant pair;
    private final Observer observer;
    private final Trial trial;

    private KeepalivedControl(Contestant pair, Observer observer, Trial trial) {
        this.pair = pair;
        this.observer = observer;
        this.trial = trial;
    }

    /** Why there can be none here, or empty. */
    public static Optional<String> missing() {
        return PROGRAMS.stream()
                .filter(program -> !Lab.isInstalled(program))
                .findFirst()
                .map(program -> "the command " + program + " is not installed");
    }

    /**
     * Starts the pair and an observer of its own; returns when one of the two has the address.
     *
     * @param trio in a network
     * @param folder an existing one, for files and logs
     */
    public static KeepalivedControl open(Trio trio, Path folder) {
        TrioPlan plan = trio.plan();
        try {
            Path own = Files.createDirectory(folder.resolve("control"));
            KeepalivedPair pair = new KeepalivedPair(trio.lab().orElseThrow(), plan, own);
            pair.start();
            pair.awaitWhole();
            Observer observer =
                    Observer.start(
                            trio.clientPlace(), FailoverBench.plan(plan, List.of(pair)), own);
            return new KeepalivedControl(
                    pair, observer, new Trial(observer, plan.advertInterval()));
        } catch (IOException e) {
            throw new LabException("cannot write the files of " + LABEL, e);
        }
    }

    /**
     * The fault befalls the owner, and is undone.
     *
     * @throws LabException when nobody takes over
     */
    public FailoverRun run(Fault fault) {
        return trial.run(pair, fault);
    }

    @Override
    public void close() {
        observer.close();
    }
}
