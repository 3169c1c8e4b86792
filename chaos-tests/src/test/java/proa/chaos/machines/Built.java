package proa.chaos.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all tests of this package need, made once for all of them: the package, built twice, and a
 * clean Debian, which is kept for the next run. The three have nothing to do with each other and
 * are made at the same time.
 *
 * @param deb the package
 * @param tree the files that are in it
 * @param again the package once more, from the same tree, by somebody who has another umask,
 *     another time zone and another language
 * @param root a Debian as an archive
 */
record Built(Path deb, Path tree, Path again, Path root) {

    /** Who else might build it. */
    private static final String SOMEBODY =
            "umask 077; exec env TZ=Pacific/Auckland LC_ALL=C.UTF-8 \"$@\"";

    private static Built built;

    /** Makes it at the first call. */
    static synchronized Built get() throws IOException, InterruptedException {
        if (built == null) {
            built = make(Files.createDirectories(folder()));
        }
        return built;
    }

    /** Where it is, and what the tests print. */
    static Path folder() {
        return Script.HOME.resolve("chaos-tests/target/package");
    }

    private static Built make(Path folder) throws IOException, InterruptedException {
        try (Script root = Script.start(folder.resolve("root.log"), "vagrant/test/root");
                Script first = build(folder, "a");
                Script second = build(folder, "b", "/bin/bash", "-c", SOMEBODY, "somebody")) {
            first.output();
            second.output();
            String path = root.output().strip().lines().reduce("", (_, last) -> last);
            return new Built(
                    only(folder.resolve("a")),
                    folder.resolve("a").resolve("tree"),
                    only(folder.resolve("b")),
                    Path.of(path));
        }
    }

    private static Script build(Path folder, String name, String... by) throws IOException {
        List<String> command = new ArrayList<>(List.of(by));
        command.addAll(
                List.of(
                        Script.path("proa"),
                        "package",
                        "-Dtidy.skip",
                        "-Dproa.package.directory=" + folder.resolve(name)));
        return Script.start(
                folder.resolve(name + ".log"),
                command.getFirst(),
                command.subList(1, command.size()).toArray(String[]::new));
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith("_amd64.deb"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
