package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import proa.chaos.lab.RequiresNetns;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Containers of an engine instead of machines: the one at {@code DOCKER_HOST}, or Debian's, which
 * is started for it in a network namespace. {@code PROA_REQUIRE_DOCKER=true}: there must be one.
 */
@RequiresNetns
@RequiresPrograms(
        value = {"docker", "dockerd", "vagrant", "ruby"},
        variable = "PROA_REQUIRE_DOCKER")
@Tag("package")
class ContainersTest {

    @Test
    void theImageServesAndAnotherContainerTakesOverWithItsSessions() throws Exception {
        Built built = Built.get();
        Path image = Built.folder().resolve("image.tar");
        run(
                "image",
                "vagrant/image",
                built.deb().toString(),
                built.root().toString(),
                image.toString());
        String output =
                run(
                        "containers",
                        "vagrant/test/engine",
                        Script.path("vagrant/test/containers"),
                        image.toString());
        assertThat(output)
                .contains("a trio, and its address answers")
                .containsPattern("lb\\d killed: no answer for \\d+ ms")
                .contains("the session has survived")
                .containsPattern("lb\\d is back");
    }

    @Test
    void vagrantBringsUpATrioThatSurvivesItsOwner() throws Exception {
        Built built = Built.get();
        String output =
                run(
                        "vagrant",
                        "vagrant/test/engine",
                        Script.path("vagrant/test/vagrant"),
                        built.deb().toString(),
                        built.root().toString());
        assertThat(output)
                .contains("the Vagrantfile is valid")
                .contains("vagrant up: 6 machines")
                .containsPattern("the address answers: served by web\\d")
                .containsPattern("lb\\d killed: answered again after at most \\d+ ms")
                .containsPattern("lb\\d is up again");
    }

    private static String run(String name, String program, String... arguments)
            throws IOException, InterruptedException {
        try (Script script =
                Script.start(Built.folder().resolve(name + ".log"), program, arguments)) {
            String output = script.output();
            System.out.println(output);
            return output;
        }
    }
}
