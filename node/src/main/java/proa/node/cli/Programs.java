package proa.node.cli;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * How to start this product's other processes: through the launcher that started this one, which
 * knows each program's class path and memory, else with this JVM's own class path.
 */
final class Programs {

    private static final String LAUNCHER = "proa.launcher";

    private Programs() {}

    static List<String> node(List<String> arguments) {
        return command("node", "proa.node.cli.Proa", List.of("node"), arguments);
    }

    static List<String> vipd(List<String> arguments) {
        return command("vipd", "proa.vip.loop.Vipd", List.of(), arguments);
    }

    private static List<String> command(
            String name, String main, List<String> words, List<String> arguments) {
        @Nullable String launcher = System.getProperty(LAUNCHER);
        List<String> command = new ArrayList<>();
        if (launcher != null) {
            command.addAll(List.of(launcher, name));
        } else {
            command.add(ProcessHandle.current().info().command().orElse("java"));
            command.addAll(
                    List.of(
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path", ""),
                            main));
            command.addAll(words);
        }
        command.addAll(arguments);
        return command;
    }
}
