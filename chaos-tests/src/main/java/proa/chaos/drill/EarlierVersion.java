package proa.chaos.drill;

import proa.chaos.lab.LabException;
import proa.chaos.lab.Shell;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Step;
import proa.config.drill.Where;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Files of another version, which balancers run until a drill upgrades them to this program's: a
 * Debian package, what one unpacks to, its program folder alone, or a source tree that is built.
 *
 * @param launcher its {@code proa} script, which runs what is beside it
 * @param version as it says itself
 */
record EarlierVersion(Path launcher, String version) {

    private static final String PACKAGE = ".deb";

    /** Where a package has its program. */
    private static final String PROGRAM = "usr/lib/proa";

    /** Of an installed program; its libraries are named where the package has them. */
    private static final String PATHS = "classpath";

    /** Of a source tree that is built. */
    private static final String BUILT = "target/proa.classpath";

    private static final String SCRIPT = "proa";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Its own files, whatever this process was started with. */
    static final Map<String, String> ENVIRONMENT =
            Map.of("PROA_BUILT", "true", "PROA_CLASSES", "false");

    /** Why it cannot be run from there, if so; nothing is unpacked. */
    static Optional<String> refusal(Path given) {
        if (!Files.isReadable(given)) {
            return Optional.of(given + ": no such package or folder");
        }
        if (Files.isRegularFile(given)) {
            return given.toString().endsWith(PACKAGE)
                    ? Optional.empty()
                    : Optional.of(given + ": neither a package (.deb) nor a folder");
        }
        return program(given).isPresent() || isBuilt(given)
                ? Optional.empty()
                : Optional.of(
                        "%s: neither %s of a package nor a source tree that is built (%s)"
                                .formatted(given, PROGRAM, BUILT));
    }

    private static boolean isBuilt(Path tree) {
        return Files.isExecutable(tree.resolve(SCRIPT)) && Files.isReadable(tree.resolve(BUILT));
    }

    /** The folder of an installed program: the given one, or where a package has it. */
    private static Optional<Path> program(Path given) {
        for (Path folder : List.of(given, given.resolve(PROGRAM))) {
            if (Files.isExecutable(folder.resolve(SCRIPT))
                    && Files.isReadable(folder.resolve(PATHS))) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    /**
     * Makes it run.
     *
     * @param given what {@link #refusal} has nothing against
     * @param folder an existing one, which gets what has to be written
     * @throws LabException when it does not say its version
     */
    static EarlierVersion of(Path given, Path folder) {
        Path launcher = launcher(given.toAbsolutePath(), folder);
        List<String> command = new ArrayList<>(List.of("env"));
        ENVIRONMENT.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of(launcher.toString(), "--version"));
        Shell.Ended ended = Shell.attempt(command, "", LIMIT);
        if (ended.code() != 0) {
            throw new LabException(given + " does not run:\n" + ended.printed());
        }
        return new EarlierVersion(launcher, ended.printed().strip());
    }

    private static Path launcher(Path given, Path folder) {
        try {
            Path tree = given;
            if (Files.isRegularFile(given)) {
                tree = folder.resolve("unpacked");
                Shell.run(List.of("dpkg-deb", "-x", given.toString(), tree.toString()));
            }
            Optional<Path> program = program(tree);
            if (program.isEmpty()) {
                return tree.resolve(SCRIPT);
            }
            return moved(program.get(), Files.createDirectories(folder.resolve("from")));
        } catch (IOException e) {
            throw new LabException("cannot unpack " + given + " in " + folder, e);
        }
    }

    /** The package's list of libraries says where they are on a host that has it installed. */
    private static Path moved(Path program, Path folder) throws IOException {
        for (String part : List.of("lib", "runtime")) {
            Files.createSymbolicLink(folder.resolve(part), program.resolve(part));
        }
        String paths = Files.readString(program.resolve(PATHS));
        Files.writeString(
                folder.resolve(PATHS),
                paths.replace("/" + PROGRAM + "/lib/", folder.resolve("lib") + "/"));
        return Files.copy(
                program.resolve(SCRIPT),
                folder.resolve(SCRIPT),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Whether a drill upgrades anybody, so that it can begin with this version. */
    static boolean isUpgraded(DrillPlan plan) {
        return plan.steps().stream()
                .flatMap(step -> step.faults().stream())
                .anyMatch(Fault.Upgrade.class::isInstance);
    }

    /**
     * The same drill with a step more for each balancer that it does not name to be upgraded: at
     * its end nobody runs the earlier version.
     *
     * @param nodes balancers there are, 2 or 3
     */
    static DrillPlan whole(DrillPlan plan, int nodes) {
        if (!isUpgraded(plan)) {
            return plan;
        }
        Set<Where> left = EnumSet.of(Where.LB1, Where.LB2);
        if (nodes > 2) {
            left.add(Where.LB3);
        }
        List<Step> steps = new ArrayList<>(plan.steps());
        for (Fault fault : plan.faults()) {
            if (fault instanceof Fault.Upgrade(Where at)) {
                left.remove(at);
            }
        }
        Step last = plan.steps().getLast();
        left.forEach(
                at ->
                        steps.add(
                                new Step(
                                        List.of(new Fault.Upgrade(at)),
                                        last.apart(),
                                        last.hold())));
        return new DrillPlan(
                plan.name(), plan.summary(), plan.nodesMin(), steps, plan.soak(), plan.budget());
    }
}
