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
import java.util.List;
import java.util.Optional;

/** Runs only where network namespaces can be made; with {@code PROA_REQUIRE_NETNS=true} it must. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresNetns.Condition.class)
public @interface RequiresNetns {

    /** Looks at this machine. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<String> missing = missing();
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("namespaces can be made");
            }
            if ("true".equals(System.getenv("PROA_REQUIRE_NETNS"))) {
                throw new IllegalStateException("required, but " + missing.get());
            }
            return ConditionEvaluationResult.disabled(missing.get());
        }

        private static Optional<String> missing() {
            if (!"root".equals(System.getProperty("user.name"))) {
                return Optional.of("this is not root");
            }
            if (!Files.exists(Path.of("/dev/net/tun"))) {
                return Optional.of("there is no /dev/net/tun");
            }
            return List.of("ip", "nft", "nsenter").stream()
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
