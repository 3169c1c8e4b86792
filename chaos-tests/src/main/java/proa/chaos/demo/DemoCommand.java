package proa.chaos.demo;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Machine;
import proa.chaos.lab.OwnFolder;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.report.Console;
import proa.chaos.report.Json;
import proa.config.command.Subcommand;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@code proa demo}. Exit codes: 0 all held; 1 something was lost, failed or took too long; 2 wrong
 * arguments.
 */
@Command(
        name = "demo",
        description = {
            "Starts a trio with servers and load, kills the owner of the floating address,",
            "and says what survived. Needs root on Linux for a network of its own; otherwise",
            "it runs on loopback addresses."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Subcommand {

    /** Folder names of demos begin with this, below the folder for temporary files. */
    private static final String FOLDER = "proa-demo-";

    private static final int KILLS_MAX = 1_000;

    /** A network, certificates and servers take two on an idle machine. */
    private static final int BUILT_SECONDS = 60;

    /** As shells say it of Ctrl-C. */
    private static final int INTERRUPTED = 130;

    @Option(
            names = "--nodes",
            defaultValue = "3",
            description = "2 or 3; default ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the facts there.")
    private @Nullable Path json;

    @Option(names = "--keep", description = "Leaves the trio running and says how to reach it.")
    private boolean keep;

    @Option(
            names = "--stop",
            description = "Ends the trios that --keep has left, and nothing else.")
    private boolean stop;

    @Option(
            names = "--kills",
            defaultValue = "1",
            paramLabel = "N",
            description = "Kills the owner so often; the killed one is started again.")
    private int kills;

    @Option(
            names = "--no-takeover",
            description = "Lets nobody take over, to see that this demo can fail.")
    private boolean noTakeover;

    @Option(names = "--loopback", description = "Loopback addresses even as root on Linux.")
    private boolean loopback;

    /** Whether somebody has had enough; what then breaks is no finding. */
    private volatile boolean ending;

    private final CountDownLatch built = new CountDownLatch(1);
    private volatile @Nullable Cast cast;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Console console = new Console(out());
        if (stop) {
            return stopKept(console);
        }
        if (nodes < 2 || nodes > 3 || kills < 1 || kills > KILLS_MAX) {
            throw wrong("--nodes is 2 or 3, --kills 1 to " + KILLS_MAX);
        }
        Optional<String> missing = loopback ? Optional.of("as asked") : Lab.missing();
        missing.ifPresent(
                why ->
                        console.line(
                                "On loopback addresses (%s): who has bound the address owns it.",
                                why));
        TrioPlan plan = new TrioPlan(missing.isPresent(), nodes, 1);
        return run(plan, console);
    }

    private PrintWriter out() {
        return spec == null
                ? new PrintWriter(System.out, true, StandardCharsets.UTF_8)
                : spec.commandLine().getOut();
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalArgumentException(message);
        }
        return new ParameterException(spec.commandLine(), message);
    }

    private int run(TrioPlan plan, Console console) throws IOException {
        Path folder = Files.createTempDirectory(FOLDER);
        Thread interrupted = new Thread(() -> interrupt(folder, console));
        Runtime.getRuntime().addShutdownHook(interrupted);
        console.step("building %d nodes, servers and clients", plan.nodes());
        try {
            Cast opened = open(plan, folder);
            Facts facts = new Demo(opened, console).run(kills, !noTakeover);
            write(facts);
            new Summary(console).print(facts);
            finish(opened, console, facts.passed(), interrupted);
            return facts.passed() ? 0 : 1;
        } catch (LabException | Demo.NotSteadyException e) {
            if (ending) {
                return INTERRUPTED;
            }
            console.line("✗ %s", String.valueOf(e.getMessage()));
            if (cast == null) {
                Runtime.getRuntime().removeShutdownHook(interrupted);
                console.line("Logs of what was built: %s", folder);
            } else {
                finish(cast, console, false, interrupted);
            }
            return 1;
        }
    }

    private Cast open(TrioPlan plan, Path folder) {
        try {
            Cast opened = Cast.open(plan, folder, Cast.HTTP_RATE);
            cast = opened;
            return opened;
        } finally {
            built.countDown();
        }
    }

    /** What is being built is built first: nobody else knows all of it. */
    private void interrupt(Path folder, Console console) {
        ending = true;
        console.line("interrupted: everything is ended");
        try {
            if (!built.await(BUILT_SECONDS, TimeUnit.SECONDS)) {
                console.line("✗ what is being built stands still; its files: %s", folder);
                return; // the lab's janitor ends its processes with this one
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (cast != null) {
            cast.close();
        }
        Trio.deleteTree(folder);
    }

    private void write(Facts facts) throws IOException {
        if (json != null) {
            Files.writeString(json, Json.pretty(facts));
        }
    }

    private void finish(Cast cast, Console console, boolean passed, Thread interrupted) {
        Runtime.getRuntime().removeShutdownHook(interrupted);
        Path folder = cast.trio().folder();
        console.line("");
        if (keep) {
            cast.trio().machines().forEach(Machine::start);
            cast.closeVisitors();
            cast.trio().keep();
            explain(cast.trio(), console);
        } else if (passed) {
            cast.close(); // it has left nothing to look at
            Trio.deleteTree(folder);
        } else {
            cast.close();
            console.line("Logs of all processes: %s", folder);
        }
        console.line(passed ? "Everything that was acknowledged survived." : "NOT PASSED");
    }

    private static void explain(Trio trio, Console console) {
        TrioPlan plan = trio.plan();
        String inside =
                trio.lab()
                        .map(lab -> "nsenter --net=/run/netns/" + lab.name() + "-client ")
                        .orElse("");
        String vip = plan.vips().getFirst();
        console.line("The trio goes on. To reach it:");
        console.line("  %scurl http://%s:%d/", inside, vip, plan.httpPort());
        console.line("  %sredis-cli -h %s -p %d get sess:1", inside, vip, plan.sessionsPort());
        for (Machine machine : trio.machines()) {
            console.line("  %s status --run-dir %s", launcher(), machine.runDirectory());
        }
        console.line("Configuration, logs and certificates: %s", trio.folder());
        console.line("To end it: %s demo --stop", launcher());
    }

    private static String launcher() {
        return System.getProperty("proa.launcher", "proa");
    }

    private static int stopKept(Console console) throws IOException {
        return stopKept(Path.of(System.getProperty("java.io.tmpdir")), console);
    }

    /** The same below a given folder. */
    static int stopKept(Path temporary, Console console) throws IOException {
        int ended = 0;
        try (var folders = Files.newDirectoryStream(temporary, FOLDER + "*")) {
            for (Path folder : folders) {
                Path kept = folder.resolve("kept.json");
                if (OwnFolder.is(folder) && Files.isReadable(kept)) {
                    Trio.remove(folder, Json.read(Files.readString(kept), Trio.Kept.class));
                    console.line("ended %s", folder);
                    ended++;
                }
            }
        }
        if (ended == 0) {
            console.line("no demo has been kept");
        }
        return 0;
    }
}
