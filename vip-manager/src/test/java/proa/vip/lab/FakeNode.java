package proa.vip.lab;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that speaks to vipd as a node does: greets on both connections, says that every group
 * is ready, beats. Sends datagrams back with its name at {@link #PORT}. Prints what it is told, one
 * line each. Started by tests, killed by tests.
 */
public final class FakeNode {

    /** Groups that a planned move has taken elsewhere. */
    private static final Set<String> TAILS = ConcurrentHashMap.newKeySet();

    /** Whether it has connections that go on. */
    private static volatile boolean busy;

    /** How long it waits at the most until it may leave. */
    private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Where {@link Probe} is answered. */
    public static final int PORT = 7007;

    private FakeNode() {}

    /**
     * Runs until killed.
     *
     * @param arguments vipd.sock, node name, incarnation, then group names
     */
    public static void main(String[] arguments) throws IOException {
        Path socket = Path.of(arguments[0]);
        List<String> groups = List.of(arguments).subList(3, arguments.length);
        long incarnation = Long.parseLong(arguments[2]);
        long pid = ProcessHandle.current().pid();
        SocketChannel early = connect(socket);
        send(early, new LinkMessage.Hello(arguments[1], incarnation, pid, true));
        SocketChannel ordinary = connect(socket);
        send(ordinary, new LinkMessage.Hello(arguments[1], incarnation, pid, false));
        for (String group : groups) {
            send(ordinary, new LinkMessage.Readiness(group, true, ""));
        }
        Thread.ofPlatform().daemon().start(() -> listen(ordinary));
        Thread.ofPlatform().daemon().start(() -> echo(arguments[1]));
        Thread.ofPlatform().daemon().start(() -> obey(ordinary));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(ordinary)));
        while (true) {
            send(ordinary, new LinkMessage.Heartbeat(1, 1));
            for (String group : busy ? Set.<String>of() : TAILS) {
                send(ordinary, new LinkMessage.Drained(group));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LinkMessage.HEARTBEAT_MILLIS));
        }
    }

    /**
     * Each line of standard input is a frontend and the servers of it that are usable, {@code !}
     * before one that is down, or one word: {@code busy} or {@code idle}, which is printed as
     * {@code is busy} once it holds.
     */
    private static void obey(SocketChannel ordinary) {
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String line = lines.readLine();
            while (line != null) {
                List<String> words = List.of(line.split(" "));
                if (words.size() == 1) {
                    busy = line.equals("busy");
                    System.out.println("is " + line);
                } else {
                    send(ordinary, usable(words.getFirst(), words.subList(1, words.size())));
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    private static LinkMessage usable(String frontend, List<String> words) {
        List<String> servers = words.stream().filter(each -> !each.startsWith("!")).toList();
        List<String> down =
                words.stream()
                        .filter(each -> each.startsWith("!"))
                        .map(each -> each.substring(1))
                        .toList();
        return new LinkMessage.Usable(frontend, servers, down);
    }

    private static void echo(String name) {
        ByteBuffer datagram = ByteBuffer.allocate(256);
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(PORT));
            while (true) {
                answer(channel, datagram, name.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    private static void answer(DatagramChannel channel, ByteBuffer datagram, byte[] name)
            throws IOException {
        SocketAddress from = channel.receive(datagram.clear());
        try {
            channel.send(datagram.put(8, name).position(0).limit(8 + name.length), from);
        } catch (IOException _) {
            // The cable is cut: as good as lost.
        }
    }

    private static SocketChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private static synchronized void send(SocketChannel channel, LinkMessage message)
            throws IOException {
        channel.write(ByteBuffer.wrap(LinkCodec.encode(message)));
    }

    /** SIGTERM: a planned stop. */
    private static void leave(SocketChannel ordinary) {
        try {
            send(ordinary, new LinkMessage.Leaving());
            LockSupport.parkNanos(LEAVE_NANOS);
        } catch (IOException _) {
            // vipd is gone already.
        }
    }

    private static void note(LinkMessage.Ownership ownership) {
        if (ownership.tail()) {
            TAILS.add(ownership.group());
        } else {
            TAILS.remove(ownership.group());
        }
    }

    private static void listen(SocketChannel channel) {
        LinkCodec codec = new LinkCodec();
        ByteBuffer arrived = ByteBuffer.allocate(4096);
        try {
            while (channel.read(arrived) >= 0) {
                codec.feed(arrived.flip());
                arrived.clear();
                LinkMessage message = codec.next();
                while (message != null) {
                    System.out.println(message);
                    if (message instanceof LinkMessage.Ownership ownership) {
                        note(ownership);
                    }
                    if (message instanceof LinkMessage.MayLeave) {
                        Runtime.getRuntime().halt(0);
                    }
                    message = codec.next();
                }
            }
        } catch (IOException e) {
            System.out.println(e);
        }
    }
}
