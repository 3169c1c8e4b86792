package proa.chaos.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which packages are rooms for rules (pure: state, event and now in, state and actions out) and
 * which for carriers (sockets, threads, files). Each {@code package-info.java} says so itself, with
 * an R or a C in the first line of its Javadoc.
 *
 * @param root the package that all rooms are under; a fixture has another than the product
 * @param kinds R or C of every package that says it, by the package's full name
 */
record Rooms(String root, Map<String, Kind> kinds) {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern KIND = Pattern.compile("/\\*\\*[\\s*]*[^\\n]*?\\b([RC])\\b");

    /** What a room is for. */
    enum Kind {
        RULES,
        CARRIERS
    }

    /**
     * The rooms under one package.
     *
     * @param root the package
     * @param sources source folders to look through
     */
    static Rooms read(String root, Stream<Path> sources) {
        Map<String, Kind> kinds = new TreeMap<>();
        sources.flatMap(Rooms::packageInfos).forEach(text -> enter(kinds, text));
        return new Rooms(root, kinds);
    }

    private static Stream<String> packageInfos(Path source) {
        try (Stream<Path> files = Files.walk(source)) {
            return files
                    .filter(file -> file.endsWith("package-info.java"))
                    .map(Rooms::text)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void enter(Map<String, Kind> kinds, String packageInfo) {
        Matcher name = PACKAGE.matcher(packageInfo);
        Matcher kind = KIND.matcher(packageInfo);
        if (name.find() && kind.find()) {
            Kind said = kind.group(1).equals("R") ? Kind.RULES : Kind.CARRIERS;
            kinds.put(name.group(1), said);
        }
    }

    /** A class of a rules room. */
    DescribedPredicate<JavaClass> rules() {
        return describe("in a rules room", type -> is(type, Kind.RULES));
    }

    /** A class of a room of a module that carries bytes. */
    DescribedPredicate<JavaClass> carriersUnder(String part) {
        return under(part).and(describe("a carrier", type -> is(type, Kind.CARRIERS)));
    }

    /** A class in a package that does not say what it is for. */
    DescribedPredicate<JavaClass> silent() {
        return under("").and(describe("silent", type -> !kinds.containsKey(packageOf(type))));
    }

    /** A class of a room that some rule is about, for example {@code config.text}. */
    DescribedPredicate<JavaClass> named(String... rooms) {
        return describe(
                "in " + String.join(" or ", rooms),
                type -> Arrays.asList(rooms).contains(room(type)));
    }

    /** A class in the folder of a module or of a part of it, at any depth. */
    DescribedPredicate<JavaClass> under(String... parts) {
        return describe(
                "under " + String.join(" or ", parts),
                type -> Arrays.stream(parts).anyMatch(part -> isUnder(type, part)));
    }

    /** The package of a class relative to the root, for example {@code node.balance}. */
    String room(JavaClass type) {
        String name = packageOf(type);
        return name.startsWith(root + ".") ? name.substring(root.length() + 1) : "";
    }

    private boolean is(JavaClass type, Kind kind) {
        return isUnder(type, "") && kinds.get(packageOf(type)) == kind;
    }

    private boolean isUnder(JavaClass type, String part) {
        String prefix = part.isEmpty() ? root : root + "." + part;
        return (packageOf(type) + ".").startsWith(prefix + ".")
                && !type.getSimpleName().equals("package-info");
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName();
    }
}
