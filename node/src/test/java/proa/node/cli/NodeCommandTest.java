package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** Arguments that are read without the library for commands, and those that are left to it. */
class NodeCommandTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c proa.conf",
                "--config proa.conf --node lb1",
                "--node lb1 --run-dir run --state-dir state -c proa.conf"
            })
    void whatAUnitSaysIsPlain(String arguments) {
        assertThat(NodeCommand.plain(words(arguments))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-c",
                "--node lb1",
                "-c proa.conf --node",
                "-c proa.conf -c other.conf",
                "-c proa.conf --config other.conf",
                "-c proa.conf --drain 5s",
                "-c proa.conf --nood lb1",
                "-c proa.conf --node=lb1",
                "--node=lb1 -c"
            })
    void everythingElseIsNot(String arguments) {
        assertThat(NodeCommand.plain(words(arguments))).isEmpty();
    }

    @Test
    void bothWaysEndAlikeWithoutAFile() throws Exception {
        String arguments = "-c missing.conf --node lb1";
        NodeCommand plain = NodeCommand.plain(words(arguments)).orElseThrow();
        Commands.Done other = Commands.run(new NodeCommand(), ("node " + arguments).split(" "));

        assertThat(plain.call()).isEqualTo(2).isEqualTo(other.code());
        assertThat(other.err()).contains("missing.conf: no such file");
    }

    private static List<String> words(String arguments) {
        return List.of(arguments.split(" "));
    }
}
