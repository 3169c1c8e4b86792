package proa.node.log;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** Sends each line as a datagram (RFC 5426). Nobody says whether it arrives. */
final class UdpSink implements Sink {

    private final DatagramChannel channel;

    UdpSink(InetSocketAddress to) throws IOException {
        channel = DatagramChannel.open();
        try {
            channel.connect(to);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void line(byte[] bytes, int length) throws IOException {
        channel.write(ByteBuffer.wrap(bytes, 0, length));
    }

    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
