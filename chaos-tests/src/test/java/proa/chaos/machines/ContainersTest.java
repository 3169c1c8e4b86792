package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import proa.chaos.lab.RequiresNetns;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers of an engine instead of machines: the one at {@code DOCKER_HOST}, or Debian's, which
 * is started for it in a network namespace. {@code PROA_REQUIRE_DOCKER=true}: there must be one.
 */
@RequiresNetns
@RequiresPrograms(
        value = {"docker", "dockerd"},
        variable = "PROA_REQUIRE_DOCKER")
class ContainersTest {

    @Test
    void theImageServesAndAnotherContainerTakesOverWithItsSessions() throws Exception {
        isKept(2, "--brief");
    }

    @Test
    @Tag("long")
    void theImageServesThroughEveryFaultThatContainersAllow() throws Exception {
        isKept(5);
    }

    private static void isKept(int faults, String... options) throws Exception {
        Built built = Built.get();
        Path image = Built.folder().resolve("image.tar");
        Script.run(
                "image",
                "vagrant/image",
                built.deb().toString(),
                built.root().toString(),
                image.toString());
        List<String> arguments = new ArrayList<>();
        arguments.add(Script.path("vagrant/test/containers"));
        arguments.addAll(List.of(options));
        arguments.add(image.toString());
        String output =
                Script.run("containers", "vagrant/test/engine", arguments.toArray(String[]::new));
        assertThat(output)
                .contains("a trio, and its address answers")
                .contains("a drill: " + faults + " faults, and what is promised was kept")
                .containsPattern("lb\\d killed: no answer for \\d+ ms")
                .contains("the session has survived")
                .containsPattern("lb\\d is back");
    }
}
