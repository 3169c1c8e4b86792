package proa.chaos.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The shell scripts of the house hold what shellcheck knows about shell scripts. */
class ScriptsTest {
    private static final Path HOME = Path.of(System.getProperty("proa.home"));

    @Test
    void theLauncherAndTheCheckPassShellcheck() throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        assumeTrue(required || isInstalled("shellcheck"), "shellcheck is not installed");
        assertThat(output("shellcheck", "proa", ".ci/run")).isEmpty();
    }

    @Test
    void thePackagesScriptsPassShellcheck() throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        assumeTrue(required || isInstalled("shellcheck"), "shellcheck is not installed");
        String control = "vagrant/deb/control/";
        String program = "vagrant/deb/tree/usr/lib/proa/";
        assertThat(
                        output(
                                "shellcheck",
                                "-x",
                                "vagrant/stage",
                                "vagrant/image",
                                "vagrant/test/containers",
                                "vagrant/test/engine",
                                "vagrant/test/vagrant",
                                "vagrant/provision.sh",
                                "vagrant/test/boot",
                                "vagrant/test/machines",
                                "vagrant/test/previous",
                                "vagrant/test/reproduce",
                                "vagrant/test/root",
                                "vagrant/test/trio",
                                "vagrant/test/upgrade",
                                control + "preinst",
                                control + "postinst",
                                control + "prerm",
                                control + "postrm",
                                program + "maintenance",
                                program + "start",
                                program + "standby"))
                .isEmpty();
    }

    @Test
    void theVagrantfileIsRuby() throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        assumeTrue(required || isInstalled("ruby"), "ruby is not installed");
        assertThat(output("ruby", "-c", "vagrant/Vagrantfile")).isEqualTo("Syntax OK\n");
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Path.of(folder, command).toFile().canExecute());
    }

    private static String output(String... command) throws IOException {
        Process process =
                new ProcessBuilder(List.of(command))
                        .directory(HOME.toFile())
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
