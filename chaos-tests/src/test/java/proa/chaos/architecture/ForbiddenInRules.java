package proa.chaos.architecture;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;

import java.util.List;
import java.util.Set;

/**
 * What a class of a rules room may not call although it may know the type: the clock, chance
 * without a seed, the resolver, files, and the machine's locale.
 */
final class ForbiddenInRules {
    private static final Set<String> PURE_IN_SYSTEM =
            Set.of("arraycopy", "identityHashCode", "lineSeparator");
    private static final Set<String> PURE_IN_CONFIG_FACTORY =
            Set.of("empty", "parseMap", "parseReader", "parseString");

    private static final List<Call> CALLS =
            List.of(
                    new Call("java.time.Clock", "system", "systemUTC", "systemDefaultZone"),
                    new Call("java.time.Clock", "tickMillis", "tickSeconds", "tickMinutes"),
                    new Call("java.time.ZoneId", "systemDefault"),
                    new Call("java.lang.Math", "random"),
                    new Call("java.util.UUID", "randomUUID"),
                    new Call("java.util.random.RandomGenerator", "of", "getDefault"),
                    new Call("java.util.Locale", "getDefault"),
                    new Call("java.lang.String", "formatted"),
                    new Call("java.lang.Object", "wait", "notify", "notifyAll"),
                    new Call("java.nio.file.Path", "toAbsolutePath", "toRealPath", "toFile"),
                    new Call("java.net.InetAddress", "getByName", "getAllByName", "getLocalHost"),
                    new Call("java.net.InetAddress", "getHostName", "getCanonicalHostName"),
                    new Call("java.net.InetAddress", "isReachable"),
                    new Call("java.net.InetSocketAddress", "getHostName"),
                    new Call("java.net.URI", "toURL"));

    private static final List<Call> WITH_THESE_PARAMETERS =
            List.of(
                    new Call("java.lang.String", "format(java.lang.String,java.lang.Object[])"),
                    new Call("java.lang.String", "toLowerCase()", "toUpperCase()"),
                    new Call("java.util.Random", "<init>()"),
                    new Call("java.util.SplittableRandom", "<init>()"),
                    new Call("java.util.Collections", "shuffle(java.util.List)"),
                    new Call("java.net.InetSocketAddress", "<init>(java.lang.String,int)"));

    private ForbiddenInRules() {}

    private record Call(String owner, Set<String> names) {
        Call(String owner, String... names) {
            this(owner, Set.of(names));
        }
    }

    /** Whether a method, constructor or field is out of bounds. */
    static boolean forbids(AccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        return switch (owner.getName()) {
            case "java.lang.System" -> !PURE_IN_SYSTEM.contains(name);
            case "com.typesafe.config.ConfigFactory" -> !PURE_IN_CONFIG_FACTORY.contains(name);
            default ->
                    owner.getPackageName().equals("java.time") && name.equals("now")
                            || isListed(owner, CALLS, name)
                            || target instanceof CodeUnitAccessTarget unit
                                    && isListed(owner, WITH_THESE_PARAMETERS, signature(unit));
        };
    }

    private static boolean isListed(JavaClass owner, List<Call> calls, String name) {
        return calls.stream()
                .filter(call -> call.names().contains(name))
                .anyMatch(call -> owner.isAssignableTo(call.owner()));
    }

    private static String signature(CodeUnitAccessTarget unit) {
        List<String> parameters =
                unit.getRawParameterTypes().stream().map(ForbiddenInRules::written).toList();
        return unit.getName() + "(" + String.join(",", parameters) + ")";
    }

    private static String written(JavaClass type) {
        return type.getBaseComponentType().getName() + (type.isArray() ? "[]" : "");
    }
}
