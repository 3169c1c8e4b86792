package proa.node;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
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
        if (!found) {
            if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
                fail(program + " is not installed");
            }
            abort(program + " is not installed");
        }
    }
}
