package proa.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

@EnabledOnOs(OS.LINUX)
class LoopbackTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ADDRESS = "127.78.3.21";
    private static final String ANOTHER = "127.78.3.22";

    /** As by one who starts a program while Ctrl-C ends all that there are. */
    @Test
    void whatIsStartedWhenAllHasEndedIsEnded(@TempDir Path folder) {
        Loopback machine = Loopback.open();
        machine.close();
        List<String> command = List.of("sleep", "3611");
        assertThatThrownBy(() -> machine.start("late", command, folder.resolve("log"), Map.of()))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("late");
        Await.until(SOON, "it is ended", () -> !isRunning("sleep 3611"));
    }

    private static boolean isRunning(String command) {
        return ProcessHandle.current()
                .children()
                .anyMatch(child -> child.info().commandLine().orElse("").endsWith(command));
    }

    @Test
    void whoHasBoundAnAddressListensWhateverTheFamilyOfItsSocket() throws IOException {
        long self = ProcessHandle.current().pid();
        for (StandardProtocolFamily family :
                new StandardProtocolFamily[] {
                    StandardProtocolFamily.INET, StandardProtocolFamily.INET6
                }) {
            try (ServerSocketChannel listener = ServerSocketChannel.open(family)) {
                listener.bind(new InetSocketAddress(InetAddress.getByName(ADDRESS), 0));
                int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
                assertThat(Loopback.listens(self, ADDRESS, port)).as("%s", family).isTrue();
                assertThat(Loopback.listens(self, ANOTHER, port)).isFalse();
                assertThat(Loopback.listens(1, ADDRESS, port)).isFalse();
            }
        }
    }
}
