package proa.chaos.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The package names the packages of all programs that it starts: those of its scripts, found as the
 * words where a shell expects a command, and those of the classes that start a process.
 */
class ProgramsTest {
    private static final Path HOME = Path.of(System.getProperty("proa.home"));

    /** Packages that every Debian has (Essential, with what those need). */
    private static final Set<String> ESSENTIAL =
            Set.of("coreutils", "debianutils", "dpkg", "findutils", "grep", "sed", "util-linux");

    /** What the scripts call, by package. */
    private static final Map<String, List<String>> PROGRAMS =
            Map.of(
                    "coreutils",
                    List.of(
                            "cat",
                            "chmod",
                            "chown",
                            "cp",
                            "cut",
                            "date",
                            "env",
                            "id",
                            "install",
                            "ln",
                            "mkdir",
                            "mktemp",
                            "mv",
                            "readlink",
                            "rm",
                            "rmdir",
                            "sha256sum",
                            "sleep",
                            "tail",
                            "tee",
                            "touch",
                            "wc"),
                    "findutils",
                    List.of("find"),
                    "grep",
                    List.of("grep"),
                    "sed",
                    List.of("sed"),
                    "util-linux",
                    List.of("flock", "setpriv", "setsid", "unshare"),
                    "systemd",
                    List.of("journalctl", "systemctl", "systemd-sysusers", "systemd-tmpfiles"),
                    "iproute2",
                    List.of("ip"),
                    "nftables",
                    List.of("nft"));

    /** What the launcher calls in a source tree only. */
    private static final Set<String> OF_THE_SOURCE = Set.of("apt-get", "awk", "git", "mvn", "npm");

    /** Words of the shell's own, and of lists that are none of commands. */
    private static final Set<String> SHELL =
            Set.of(
                    "break",
                    "case",
                    "cd",
                    "command",
                    "config",
                    "continue",
                    "do",
                    "done",
                    "echo",
                    "elif",
                    "else",
                    "esac",
                    "exec",
                    "exit",
                    "export",
                    "false",
                    "fi",
                    "for",
                    "if",
                    "jobs",
                    "kill",
                    "local",
                    "mapfile",
                    "printf",
                    "read",
                    "return",
                    "set",
                    "shift",
                    "then",
                    "trap",
                    "true",
                    "until",
                    "wait",
                    "while");

    /** What the classes that start processes start; empty: what the operator has named. */
    private static final Map<String, List<String>> STARTERS =
            Map.of(
                    "node/notify/Programs.java", List.of(),
                    "node/cli/VipHost.java", List.of("nft"),
                    "node/cli/Child.java", List.of("setpriv"),
                    "node/support/Bundle.java", List.of("ip", "journalctl"),
                    "vip/linux/NftProgram.java", List.of("nft"),
                    "vip/loop/HookRunner.java", List.of("setsid"),
                    "vip/loop/ScriptRunner.java", List.of());

    private static final Pattern COMMAND =
            Pattern.compile(
                    "(?:^|[;&|(`{]|\\b(?:then|else|elif|do|if|while|until|exec)\\s|!\\s)\\s*"
                        + "(?:[A-Za-z_]+=(?:\"[^\"]*\"|[^\\s;()\"]*)\\s+)*([a-z][a-z0-9_-]*)(?=[\\s;)]|$)",
                    Pattern.MULTILINE);

    private static final Pattern FUNCTION =
            Pattern.compile("^([a-z][a-z_]*)\\(\\)", Pattern.MULTILINE);

    @Test
    void whatTheScriptsCallIsInAPackageThatIsThere() throws IOException {
        Map<String, Set<String>> called = new TreeMap<>();
        for (Path script : scripts()) {
            called.put(HOME.relativize(script).toString(), commands(Files.readString(script)));
        }
        assertThat(called.get("proa")).contains("readlink", "unshare", "ip", "grep");
        assertThat(called.get("vagrant/deb/control/postinst"))
                .contains("systemd-sysusers", "setpriv", "sha256sum");
        Set<String> named = named("Depends", "Recommends");
        called.forEach(
                (script, words) ->
                        assertThat(words)
                                .as(script)
                                .allSatisfy(
                                        word ->
                                                assertThat(isThere(word, named))
                                                        .as(word)
                                                        .isTrue()));
    }

    /** Without it the package could not be configured, or no node be started. */
    @Test
    void whatMaintenanceCannotDoWithoutIsNotOnlyRecommended() throws IOException {
        Set<String> named = named("Depends");
        for (Path script : scripts()) {
            if (!script.endsWith("proa")) {
                assertThat(commands(Files.readString(script)))
                        .as(script.toString())
                        .allSatisfy(word -> assertThat(isThere(word, named)).as(word).isTrue());
            }
        }
    }

    @Test
    void whatTheProcessesStartIsInAPackageThatIsThere() throws IOException {
        assertThat(starters()).isEqualTo(new TreeSet<>(STARTERS.keySet()));
        Set<String> named = named("Depends", "Recommends");
        assertThat(STARTERS.values().stream().flatMap(List::stream))
                .allSatisfy(program -> assertThat(isThere(program, named)).as(program).isTrue());
    }

    private static boolean isThere(String program, Set<String> named) {
        return OF_THE_SOURCE.contains(program)
                || PROGRAMS.entrySet().stream()
                        .filter(each -> each.getValue().contains(program))
                        .map(Map.Entry::getKey)
                        .anyMatch(each -> ESSENTIAL.contains(each) || named.contains(each));
    }

    /**
     * The words where a command is expected, but for the shell's own and the script's functions.
     */
    private static Set<String> commands(String script) {
        String code =
                script.replaceAll("\\\\\n", " ")
                        .replaceAll("(?ms)<<'?([A-Z]+)'?$.*?^\\1$", "")
                        .replaceAll("(?m)(^|\\s)#.*$", "")
                        .replaceAll("(?s)'[^']*'", "''")
                        .replaceAll("(echo|fail|say) \"[^\"]*\"|\\(\\(.*?\\)\\)", "$1")
                        .replaceAll("(?m)^\\s*[^\"\\s()$]+(?: \\| [^\"\\s()$]+)*\\)", "");
        Set<String> words = new LinkedHashSet<>();
        COMMAND.matcher(code).results().map(found -> found.group(1)).forEach(words::add);
        words.removeAll(SHELL);
        FUNCTION.matcher(code).results().map(found -> found.group(1)).forEach(words::remove);
        return words;
    }

    private static Set<String> named(String... fields) throws IOException {
        String control = Files.readString(HOME.resolve("vagrant/deb/control/control"));
        Set<String> packages = new LinkedHashSet<>();
        for (String field : fields) {
            Matcher line = Pattern.compile("(?m)^" + field + ": (.*)$").matcher(control);
            assertThat(line.find()).as(field).isTrue();
            for (String each : line.group(1).split(", ", -1)) {
                packages.add(each.replaceAll(" .*", ""));
            }
        }
        return packages;
    }

    private static List<Path> scripts() throws IOException {
        try (Stream<Path> control = Files.list(HOME.resolve("vagrant/deb/control"));
                Stream<Path> program = Files.list(HOME.resolve("vagrant/deb/tree/usr/lib/proa"))) {
            return Stream.of(Stream.of(HOME.resolve("proa")), control, program)
                    .flatMap(files -> files)
                    .filter(ProgramsTest::isScript)
                    .toList();
        }
    }

    private static boolean isScript(Path file) {
        try {
            return Files.readString(file).startsWith("#!");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> starters() throws IOException {
        Set<String> found = new TreeSet<>();
        for (String module : List.of("config", "cluster", "node", "vip-manager")) {
            Path sources = HOME.resolve(module).resolve("src/main/java/proa");
            try (Stream<Path> files = Files.walk(sources)) {
                found.addAll(
                        files.filter(file -> file.toString().endsWith(".java"))
                                .filter(ProgramsTest::startsProcesses)
                                .map(file -> sources.relativize(file).toString())
                                .collect(Collectors.toSet()));
            }
        }
        return found;
    }

    private static boolean startsProcesses(Path file) {
        try {
            String source = Files.readString(file);
            return source.contains("new ProcessBuilder(")
                    || source.contains("Runtime.getRuntime().exec(");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
