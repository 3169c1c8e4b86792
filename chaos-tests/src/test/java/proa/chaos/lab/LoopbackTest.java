package proa.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

@EnabledOnOs(OS.LINUX)
class LoopbackTest {

    private static final String ADDRESS = "127.78.3.21";
    private static final String ANOTHER = "127.78.3.22";

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
