package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.lab.RequiresNetns;

/**
 * The Vagrantfile by Vagrant's docker provider, with the {@code provision.sh} that real machines
 * get. {@code PROA_REQUIRE_DOCKER=true}: there must be an engine.
 */
@RequiresNetns
@RequiresPrograms(
        value = {"docker", "dockerd", "vagrant"},
        variable = "PROA_REQUIRE_DOCKER")
class VagrantTest {

    @Test
    void vagrantBringsUpATrioThatSurvivesItsOwner() throws Exception {
        Built built = Built.get();
        String output =
                Script.run(
                        "vagrant",
                        "vagrant/test/engine",
                        Script.path("vagrant/test/vagrant"),
                        built.deb().toString(),
                        built.root().toString());
        assertThat(output)
                .contains("the Vagrantfile is valid")
                .contains("vagrant up: 6 machines")
                .contains("each has its own key, and none the key of the cluster")
                .containsPattern("the address answers: served by web\\d")
                .contains("each has a dashboard")
                .containsPattern("lb\\d killed: answered again after at most \\d+ ms")
                .containsPattern("lb\\d is up again");
    }
}
