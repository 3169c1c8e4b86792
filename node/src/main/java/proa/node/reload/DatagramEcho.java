package proa.node.reload;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import proa.node.listener.DatagramClient;
import proa.node.listener.DatagramProtocol;
import proa.node.listener.DatagramSession;
import proa.node.listener.Loop;

/** Sends every datagram back to whom it came from: the server of our own datagrams. */
final class DatagramEcho implements DatagramProtocol {

    private static final int BYTES_MAX = 512;

    @Override
    public int datagramBytesMax() {
        return BYTES_MAX;
    }

    @Override
    public DatagramSession session(Loop loop, DatagramClient client) {
        return new Session(client);
    }

    private static final class Session implements DatagramSession {
        private final DatagramClient client;
        private boolean over;

        Session(DatagramClient client) {
            this.client = client;
        }

        @Override
        public void received(ByteBuf datagram) {
            client.send(datagram);
        }

        @Override
        public void flush() {
            client.flush();
        }

        @Override
        public boolean full() {
            return over;
        }

        @Override
        public void drain() {
            end();
        }

        @Override
        public @Nullable Future<?> end() {
            if (!over) {
                over = true;
                client.ended();
            }
            return null;
        }
    }
}
