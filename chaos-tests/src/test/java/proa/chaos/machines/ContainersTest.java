package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import proa.chaos.lab.RequiresNetns;

import java.nio.file.Path;

/**
 * Containers of an engine instead of machines: the one at {@code DOCKER_HOST}, or Debian's, which
 * is started for it in a network namespace. {@code PROA_REQUIRE_DOCKER=true}: there must be one.
 */
@RequiresNetns
@RequiresPrograms(
        value = {"docker", "dockerd"},
        variable = "PROA_REQUIRE_DOCKER")
@Tag("containers")
class ContainersTest {

    @Test
    void theImageServesAndAnotherContainerTakesOverWithItsSessions() throws Exception {
        Built built = Built.get();
        Path image = Built.folder().resolve("image.tar");
        Script.run(
                "image",
                "vagrant/image",
                built.deb().toString(),
                built.root().toString(),
                image.toString());
        String output =
                Script.run(
                        "containers",
                        "vagrant/test/engine",
                        Script.path("vagrant/test/containers"),
                        image.toString());
        assertThat(output)
                .contains("a trio, and its address answers")
                .contains("a drill: 5 faults, and what is promised was kept")
                .containsPattern("lb\\d killed: no answer for \\d+ ms")
                .contains("the session has survived")
                .containsPattern("lb\\d is back");
    }
}
