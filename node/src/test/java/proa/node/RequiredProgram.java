package proa.node;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A program that a test speaks to; where {@code PROA_REQUIRE_PEERS} is set, it must be there. */
public final class RequiredProgram {

    private RequiredProgram() {}

    /** Goes on only when it is installed. */
    public static void assume(String program) {
        String path = String.valueOf(System.getenv("PATH"));
        boolean found =
                Arrays.stream(path.split(File.pathSeparator))
                        .map(folder -> Path.of(folder, program))
                        .anyMatch(Files::isExecutable);
        goOnIf(found, program);
    }

    /** Goes on only when this command ends well, as one that loads a library does. */
    public static void assumeRuns(String... command) throws InterruptedException {
        boolean well;
        try {
            well =
                    new ProcessBuilder(command)
                                    .redirectErrorStream(true)
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (IOException _) {
            well = false;
        }
        goOnIf(well, String.join(" ", command));
    }

    private static void goOnIf(boolean there, String what) {
        if (!there) {
            if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
                fail(what + " is not installed");
            }
            abort(what + " is not installed");
        }
    }
}
