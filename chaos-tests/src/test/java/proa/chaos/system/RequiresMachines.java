package proa.chaos.system;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The test builds the package and installs it on clean Debian machines made of folders. Where the
 * tools for that are missing it is skipped and says why; with {@code PROA_REQUIRE_PEERS=true}, as
 * under CI, it fails instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresMachines.Condition.class)
@interface RequiresMachines {

    /** Decides by what is installed. */
    final class Condition implements ExecutionCondition {
        private static final List<String> TOOLS = List.of("mmdebstrap", "dpkg-deb", "mvn");

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<String> missing =
                    TOOLS.stream().filter(tool -> !isInstalled(tool)).findFirst();
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("machines can be made");
            }
            String why = "the command " + missing.get() + " is not installed";
            if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
                throw new IllegalStateException("PROA_REQUIRE_PEERS is set, but " + why);
            }
            return ConditionEvaluationResult.disabled(why);
        }

        private static boolean isInstalled(String command) {
            return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
        }
    }
}
