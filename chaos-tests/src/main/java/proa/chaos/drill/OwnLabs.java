package proa.chaos.drill;

import org.jspecify.annotations.Nullable;

import proa.chaos.demo.Cast;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.report.Console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The labs of one run, each of its own making: the first, and another one for each that a drill has
 * left broken. Used by one thread; {@link Ending} closes them.
 */
final class OwnLabs implements Renewal {

    private final TrioPlan plan;
    private final Pace pace;
    private final boolean noTakeover;
    private final Optional<EarlierVersion> from;
    private final Ending ending;
    private final Console console;
    private @Nullable LabCarrier carrier;
    private int opened;

    /**
     * Opens none yet.
     *
     * @param noTakeover whether nobody may take over in any of them
     * @param from what balancers run before a drill upgrades them; empty: the same
     */
    OwnLabs(
            TrioPlan plan,
            Pace pace,
            boolean noTakeover,
            Optional<EarlierVersion> from,
            Ending ending,
            Console console) {
        this.plan = plan;
        this.pace = pace;
        this.noTakeover = noTakeover;
        this.from = from;
        this.ending = ending;
        this.console = console;
    }

    /** Opens one; the files of each are in a folder of their own, but for the first one's. */
    Stage open() {
        opened++;
        LabCarrier opening = LabCarrier.open(plan, folder(), Cast.HTTP_RATE, from);
        carrier = opening;
        ending.opened(opening, opening.name());
        Stage stage = Stage.open(opening, pace);
        if (noTakeover) {
            stage.refuseTakeover();
        }
        return stage;
    }

    private Path folder() {
        if (opened == 1) {
            return ending.folder();
        }
        Path folder = ending.folder().resolve("lab" + opened);
        try {
            return Files.createDirectory(folder);
        } catch (IOException e) {
            throw new LabException("cannot make " + folder, e);
        }
    }

    @Override
    public Optional<Stage> instead() {
        console.step("a drill has left the cluster broken: its lab is removed, another one built");
        ending.closed();
        return Optional.of(open());
    }

    /** The trio of the one that was opened last. */
    Trio trio() {
        if (carrier == null) {
            throw new IllegalStateException("open() first");
        }
        return carrier.trio();
    }
}
