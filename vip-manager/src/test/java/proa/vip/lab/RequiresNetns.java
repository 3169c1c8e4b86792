package proa.vip.lab;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs only where network namespaces can be made; with {@code PROA_REQUIRE_NETNS=true} it must. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresNetns.Condition.class)
public @interface RequiresNetns {

    /** Further programs that it needs. */
    String[] value() default {};

    /** Looks at this machine. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<String> missing = missing(programs(context));
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("namespaces can be made");
            }
            if ("true".equals(System.getenv("PROA_REQUIRE_NETNS"))) {
                throw new IllegalStateException("required, but " + missing.get());
            }
            return ConditionEvaluationResult.disabled(missing.get());
        }

        private static List<String> programs(ExtensionContext context) {
            List<String> programs = new ArrayList<>(List.of("ip", "nft", "nsenter"));
            context.getTestClass()
                    .map(test -> test.getAnnotation(RequiresNetns.class))
                    .ifPresent(annotation -> programs.addAll(List.of(annotation.value())));
            return programs;
        }

        private static Optional<String> missing(List<String> programs) {
            if (!"root".equals(System.getProperty("user.name"))) {
                return Optional.of("this is not root");
            }
            if (!Files.exists(Path.of("/dev/net/tun"))) {
                return Optional.of("there is no /dev/net/tun");
            }
            return programs.stream()
                    .filter(program -> !onPath(program))
                    .findFirst()
                    .map(program -> program + " is not installed");
        }

        private static boolean onPath(String program) {
            return List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin").stream()
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        }
    }
}
