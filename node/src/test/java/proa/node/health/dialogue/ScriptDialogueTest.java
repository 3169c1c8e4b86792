package proa.node.health.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Probe;
import proa.config.ScriptStep;
import proa.config.ScriptStep.Await;
import proa.config.ScriptStep.Match;
import proa.config.ScriptStep.Send;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

class ScriptDialogueTest {
    private static final InetSocketAddress SERVER =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    @Test
    void walksThroughTheSteps() {
        Talk talk =
                talk(
                        List.of(
                                new Await("+OK"),
                                new Send("USER a\r\n"),
                                new Match("^ ready\\r\\n\\+OK \\d+"),
                                new Send("QUIT\r\n")),
                        "+O",
                        "K ready\r\n+OK 1",
                        "7");
        assertThat(talk.verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk.said()).isEqualTo("USER a\r\nQUIT\r\n");
    }

    @Test
    void whatComesBehindAMatchIsForTheNextStep() {
        assertThat(talk(List.of(new Await("a"), new Await("b")), "xaxb").verdict())
                .isEqualTo(Talk.PASSED);
        assertThat(talk(List.of(new Await("a"), new Await("a")), "xa").verdict())
                .isEqualTo("step 2: no \"a\" in \"\"");
        assertThat(talk(List.of(new Await("b"), new Await("a")), "abc").verdict())
                .isEqualTo("step 2: no \"a\" in \"c\"");
    }

    @Test
    void bytesAreAnyBytes() {
        assertThat(talk(List.of(new Send("\u00ff\0"), new Await("\0\u0080")), "\0\u0080").saidHex())
                .isEqualTo("ff00");
    }

    @Test
    void aConnectionIsEnoughWithoutSteps() {
        assertThat(Talk.of(Talk.about(new Probe.Tcp(), SERVER).get()).verdict())
                .isEqualTo(Talk.PASSED);
    }

    @Test
    void aServerThatSaysTooMuchHasFailed() {
        String kilobyte = "x".repeat(1024);
        String[] much = new String[20];
        Arrays.fill(much, kilobyte);
        assertThat(talk(List.of(new Await("y")), much).verdict())
                .startsWith("step 1: no \"y\" in \"xxx");
    }

    private static Talk talk(List<ScriptStep> steps, String... pieces) {
        return Talk.of(Talk.about(new Probe.Script(steps), SERVER).get(), pieces);
    }
}
