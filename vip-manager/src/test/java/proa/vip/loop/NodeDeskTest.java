package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What a node process is told that comes after another one, over sockets as they are. */
class NodeDeskTest {

    private static final NodeDesk.Machines NO_MACHINES =
            new NodeDesk.Machines() {
                @Override
                public void all(Event event) {}

                @Override
                public void one(String group, Event event) {}

                @Override
                public void servers(String group, int up, int total) {}

                @Override
                public void stands(MaintenanceMarks marks) {}

                @Override
                public void usable(LinkMessage.Usable usable) {}
            };

    private static final NodeDesk.Orders NO_ORDERS =
            new NodeDesk.Orders() {
                @Override
                public LinkMessage.Done move(String group, String to, String by) {
                    return new LinkMessage.Done(false, "");
                }

                @Override
                public LinkMessage.Done maintenance(LinkMessage.Maintenance order) {
                    return new LinkMessage.Done(false, "");
                }

                @Override
                public MaintenanceMarks maintenance() {
                    return MaintenanceMarks.NONE;
                }
            };

    /**
     * The loop has one thread, and this test has one: what links tell by themselves is left out.
     */
    private static final NodeLink.Listener NOBODY =
            new NodeLink.Listener() {
                @Override
                public void said(NodeLink link, LinkMessage.FromNode message) {}

                @Override
                public void ended(NodeLink link) {}
            };

    private final NodeDesk desk =
            new NodeDesk("lb1", Set.of("web"), NO_MACHINES, NO_ORDERS, () -> "{}", new Journal());

    @TempDir private Path folder;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(folder.resolve("vipd.sock")));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** A node process, which reads when it is asked to. */
    private final class Node implements AutoCloseable {
        private final SocketChannel channel;
        private final NodeLink link;
        private final LinkCodec codec = new LinkCodec();

        Node(long incarnation) throws IOException {
            channel = SocketChannel.open(server.getLocalAddress());
            link = new NodeLink(server.accept(), Files.getOwner(folder), true, NOBODY);
            link.start();
            desk.said(link, new LinkMessage.Hello("lb1", incarnation, 1, false));
        }

        LinkMessage.Alarm alarm() throws IOException {
            while (true) {
                LinkMessage message = next();
                if (message instanceof LinkMessage.Alarm alarm) {
                    return alarm;
                }
            }
        }

        private LinkMessage next() throws IOException {
            @Nullable LinkMessage message = codec.next();
            while (message == null) {
                ByteBuffer bytes = ByteBuffer.allocate(4_096);
                assertThat(channel.read(bytes)).isPositive();
                codec.feed(bytes.flip());
                message = codec.next();
            }
            return message;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            desk.ended(link);
        }
    }

    @Test
    void anAlarmThatAKilledNodeHasNotReadIsToldToTheNextOne() throws IOException {
        try (Node _ = new Node(1)) {
            desk.alarm("somebody took it"); // and stands still meanwhile
        }
        desk.alarm("and nobody was there");
        try (Node next = new Node(2)) {
            assertThat(next.alarm().text()).matches("somebody took it \\(20.*Z\\)");
            assertThat(next.alarm().text()).matches("and nobody was there \\(20.*Z\\)");
            desk.alarm("one more");
            assertThat(next.alarm().text()).as("as it happens").isEqualTo("one more");
        }
    }
}
