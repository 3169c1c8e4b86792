package proa.chaos.guide;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The texts and constants of the product. */
final class Sources {

    private static final List<String> MODULES =
            List.of("config", "cluster", "vip-manager", "node", "chaos-tests");

    private final List<Path> files = new ArrayList<>();
    private final String texts;

    /** Reads every source of the product, its launcher and the scripts of the package. */
    Sources() throws IOException {
        for (String module : MODULES) {
            collect(Page.HOME.resolve(module).resolve("src/main/java"));
        }
        collect(Page.HOME.resolve("vagrant/deb"));
        files.add(Page.HOME.resolve("proa"));
        texts = files.stream().map(Sources::joined).collect(Collectors.joining("\n"));
    }

    private void collect(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            found.filter(Files::isRegularFile).forEach(files::add);
        }
    }

    /** The text of a file, with literals that are written in several parts put together. */
    private static String joined(Path file) {
        try {
            return Files.readString(file)
                    .replaceAll("\"\\s*\\+\\s*\"", "")
                    .replace("\\\"", "\"")
                    .replace("\\\\", "\\");
        } catch (IOException failure) {
            throw new IllegalStateException(file + " cannot be read", failure);
        }
    }

    /** Whether a text stands in a source as it is. */
    boolean say(String text) {
        return texts.contains(text);
    }

    /**
     * A constant of a class.
     *
     * @param name {@code ClassName.CONSTANT}
     * @return its number; of a duration its milliseconds; empty when there is none or several
     */
    Optional<Long> constant(String name) throws ReflectiveOperationException {
        String[] parts = name.split("\\.", 2);
        List<Path> owners =
                files.stream()
                        .filter(file -> file.endsWith(parts[0] + ".java"))
                        .filter(file -> joined(file).contains(" " + parts[1] + " ="))
                        .toList();
        if (owners.size() != 1) {
            return Optional.empty();
        }
        Path file = owners.getFirst();
        String path = file.toString();
        String type =
                path.substring(path.indexOf("/src/main/java/") + "/src/main/java/".length())
                        .replace('/', '.')
                        .replaceFirst("\\.java$", "");
        Field field = Class.forName(type).getDeclaredField(parts[1]);
        field.setAccessible(true);
        return Optional.of(
                field.get(null) instanceof Duration duration
                        ? duration.toMillis()
                        : ((Number) field.get(null)).longValue());
    }
}
