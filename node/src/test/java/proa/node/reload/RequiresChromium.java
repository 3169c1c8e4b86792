package proa.node.reload;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;

/**
 * Needs a browser. Without one the test does not run, and says so; with {@code
 * PROA_REQUIRE_PEERS=true}, as under CI, it fails instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresChromium.Condition.class)
@interface RequiresChromium {

    /** Looks for it. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (Files.isExecutable(Chromium.PROGRAM)) {
                return ConditionEvaluationResult.enabled("there is a browser");
            }
            if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
                throw new IllegalStateException(
                        "PROA_REQUIRE_PEERS is set, but there is no " + Chromium.PROGRAM);
            }
            return ConditionEvaluationResult.disabled("no browser at " + Chromium.PROGRAM);
        }
    }
}
