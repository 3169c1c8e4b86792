package proa.vip.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server of {@link CountingClients}, over TCP and UDP on the same ports and both families. A TCP
 * connection begins with its number from the server; then the first byte of the client says what
 * follows: {@code E}: every number comes back, {@code P}: numbers in a row, one a second, {@code
 * B}: ten numbers each second. A datagram has a kind and a number; the answer is the server's
 * number and that one, and {@code P} is answered ten times a second until the process ends.
 */
public final class CountingServer {

    private static final long TENTH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private CountingServer() {}

    /**
     * Runs until killed.
     *
     * @param arguments the server's number, then ports; {@code 7106@fd00::1}: on that address,
     *     which datagrams are then answered from
     */
    public static void main(String[] arguments) throws IOException {
        int number = Integer.parseInt(arguments[0]);
        for (int at = 1; at < arguments.length; at++) {
            String[] place = arguments[at].split("@", 2);
            int port = Integer.parseInt(place[0]);
            InetAddress address = InetAddress.getByName(place.length == 2 ? place[1] : "::");
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress(address, port), 4_096);
            Thread.ofPlatform().start(() -> accept(listener, number));
            DatagramSocket datagrams = new DatagramSocket(port, address);
            Thread.ofPlatform().start(() -> answer(datagrams, number));
        }
        System.out.println("listening");
    }

    private static void accept(ServerSocket listener, int number) {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket, number));
            }
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    private static void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeLong(number);
            switch (in.readByte()) {
                case 'E' -> echo(in, out);
                case 'P' -> count(out, 1);
                default -> count(out, 10);
            }
        } catch (IOException _) {
            // The client has ended it.
        }
    }

    private static void echo(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            out.writeLong(in.readLong());
        }
    }

    private static void count(DataOutputStream out, int atOnce) throws IOException {
        long next = 0;
        while (true) {
            ByteBuffer numbers = ByteBuffer.allocate(atOnce * Long.BYTES);
            while (numbers.hasRemaining()) {
                numbers.putLong(++next);
            }
            out.write(numbers.array());
            LockSupport.parkNanos(10 * TENTH_NANOS);
        }
    }

    private static void answer(DatagramSocket socket, int number) {
        Map<SocketAddress, Boolean> pushed = new ConcurrentHashMap<>();
        Thread.ofPlatform().start(() -> push(socket, number, pushed));
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        try {
            while (true) {
                socket.receive(packet);
                ByteBuffer asked = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
                if (asked.get() == 'P') {
                    pushed.put(packet.getSocketAddress(), true);
                } else {
                    send(socket, packet.getSocketAddress(), number, asked.getLong());
                }
            }
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    private static void push(
            DatagramSocket socket, int number, Map<SocketAddress, Boolean> pushed) {
        for (long next = 1; true; next++) {
            for (SocketAddress to : List.copyOf(pushed.keySet())) {
                try {
                    send(socket, to, number, next);
                } catch (IOException _) {
                    pushed.remove(to); // its client has gone
                }
            }
            LockSupport.parkNanos(TENTH_NANOS);
        }
    }

    private static void send(DatagramSocket socket, SocketAddress to, int number, long value)
            throws IOException {
        byte[] answer = ByteBuffer.allocate(16).putLong(number).putLong(value).array();
        socket.send(new DatagramPacket(answer, answer.length, to));
    }
}
