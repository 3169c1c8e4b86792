package proa.chaos.machines;

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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The test builds the package and installs it on a clean Debian, for which it needs programs. Where
 * one is missing it is skipped and says why; where the variable says {@code true}, as under CI, it
 * fails instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresPrograms.Condition.class)
@interface RequiresPrograms {

    /** Commands, beside those that build; no dockerd where {@code DOCKER_HOST} names an engine. */
    String[] value() default {};

    /** The environment variable that makes a missing program a failure. */
    String variable() default "PROA_REQUIRE_PEERS";

    /** Decides by what is installed. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            RequiresPrograms needs =
                    context.getRequiredTestClass().getAnnotation(RequiresPrograms.class);
            Optional<String> missing =
                    Stream.concat(
                                    Stream.of("mmdebstrap", "dpkg-deb", "mvn"),
                                    Stream.of(needs.value()))
                            .filter(tool -> !isInstalled(tool))
                            .findFirst();
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("machines can be made");
            }
            String why = "the command " + missing.get() + " is not installed";
            if ("true".equals(System.getenv(needs.variable()))) {
                throw new IllegalStateException(needs.variable() + " is set, but " + why);
            }
            return ConditionEvaluationResult.disabled(why);
        }

        private static boolean isInstalled(String command) {
            if (command.equals("dockerd") && System.getenv().containsKey("DOCKER_HOST")) {
                return true;
            }
            return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
        }
    }
}
