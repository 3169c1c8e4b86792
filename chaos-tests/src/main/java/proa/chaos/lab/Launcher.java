package proa.chaos.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How this program starts others of its own commands: always through the {@code proa} script. */
public final class Launcher {

    /**
     * What the started processes get: no second build under them when this process itself runs from
     * a build's classes.
     */
    public static final Map<String, String> ENVIRONMENT = environment();

    private Launcher() {}

    /** The command line of a {@code proa} command. */
    public static List<String> command(List<String> arguments) {
        String launcher = System.getProperty("proa.launcher");
        if (launcher == null || !Files.isExecutable(Path.of(launcher))) {
            throw new LabException(
                    "start this through the `proa` script: the property proa.launcher names no"
                            + " program: "
                            + launcher);
        }
        return command(Path.of(launcher), arguments);
    }

    /** The same by another version's script. */
    static List<String> command(Path launcher, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(launcher.toString());
        command.addAll(arguments);
        return command;
    }

    private static Map<String, String> environment() {
        String location =
                Launcher.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return Map.of(location.endsWith(".jar") ? "PROA_BUILT" : "PROA_CLASSES", "true");
    }
}
