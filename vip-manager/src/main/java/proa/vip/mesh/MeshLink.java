package proa.vip.mesh;

import org.jspecify.annotations.Nullable;

import proa.vip.linux.RealTime;
import proa.vip.message.MeshCodec;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One connection to one peer that has shown who it is. One thread reads, one writes; {@link #send}
 * and {@link #close} may be called by any.
 */
final class MeshLink implements AutoCloseable {

    /** Every vipd says something each second; a peer this silent is not there. */
    static final int SILENCE_MILLIS = 3_000;

    /** Messages waiting for a slow peer; more and it is cut off, to be told all when it is back. */
    private static final int QUEUE_MAX = 1_024;

    private static final int READ_BYTES = 4_096;

    /** Ends the writing thread, after a TLS goodbye; no message is empty. */
    private static final byte[] END = {};

    private final Sockets.Wire wire;
    private final MeshCodec codec = new MeshCodec();
    private final byte[] arrived = new byte[READ_BYTES];
    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final MeshMessage.Hello hello;

    private MeshLink(Sockets.Wire wire, MeshSettings settings, Optional<MeshSettings.Peer> expected)
            throws IOException {
        this.wire = wire;
        wire.stream().getOutputStream().write(MeshCodec.encode(settings.hello()));
        hello = greeting();
        Optional<String> objection = objection(settings, expected);
        if (objection.isPresent()) {
            throw new IOException(objection.get());
        }
        wire.stream().setSoTimeout(SILENCE_MILLIS);
    }

    /** Shakes hands with a peer that has been dialled, and greets. */
    static MeshLink dialed(Socket plain, MeshSettings.Peer peer, MeshSettings settings)
            throws IOException {
        return new MeshLink(Sockets.secured(plain, settings, true), settings, Optional.of(peer));
    }

    /** Shakes hands with whoever has connected, and greets. */
    static MeshLink accepted(Socket plain, MeshSettings settings) throws IOException {
        return new MeshLink(Sockets.secured(plain, settings, false), settings, Optional.empty());
    }

    private MeshMessage.Hello greeting() throws IOException {
        MeshMessage first = codec.next();
        while (first == null) {
            if (!fill()) {
                throw new EOFException("ended without a greeting");
            }
            first = codec.next();
        }
        if (first instanceof MeshMessage.Hello greeting) {
            return greeting;
        }
        throw new IOException("does not greet");
    }

    /** What is wrong with the peer, if anything. */
    private Optional<String> objection(MeshSettings settings, Optional<MeshSettings.Peer> expected)
            throws IOException {
        Optional<MeshSettings.Peer> listed = settings.peer(hello.node());
        if (!hello.cluster().equals(settings.hello().cluster())) {
            return Optional.of("is of cluster " + hello.cluster());
        }
        if (listed.isEmpty() || listed.get().id() != hello.id()) {
            return Optional.of(
                    "calls itself " + hello.node() + " with id " + hello.id() + ": not listed");
        }
        if (expected.isPresent() && !expected.get().node().equals(hello.node())) {
            return Optional.of("is " + hello.node() + ", not " + expected.get().node());
        }
        return Sockets.certificate(wire.stream())
                .map(settings.nodeName())
                .filter(name -> !name.equals(hello.node()))
                .map(name -> "calls itself " + hello.node() + " with the certificate of " + name);
    }

    String node() {
        return hello.node();
    }

    MeshMessage.Hello hello() {
        return hello;
    }

    /** Queues one frame; a peer that does not take what it is sent is cut off. */
    void send(byte[] frame) {
        if (!queue.offer(frame)) {
            close();
        }
    }

    /** Queues the goodbye and the end of the connection. */
    void leave(byte[] goodbye) {
        send(goodbye);
        send(END);
    }

    /**
     * Waits until the peer has ended the connection too, as it does once it has read the goodbye.
     *
     * @param deadlineNanos waits no longer
     */
    void awaitClosed(long deadlineNanos) {
        try {
            boolean _ = closed.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is queued until the connection ends; the writing thread's whole life. */
    void write() {
        boolean whole = false;
        try {
            OutputStream out = wire.stream().getOutputStream();
            byte[] frame = queue.take();
            boolean first = true;
            while (frame.length > 0) {
                out.write(frame);
                if (first) {
                    RealTime.join();
                    first = false;
                }
                frame = queue.take();
            }
            wire.stream().shutdownOutput();
            whole = true;
        } catch (IOException _) {
            // Closed below; the reading thread tells.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    /** Reads until the connection ends, and leaves it to the caller to {@link #close}. */
    MeshEvent.PeerDown read(Consumer<MeshEvent> events) {
        boolean leaving = false;
        Event.Ending ending = Event.Ending.BROKEN;
        String why = "connection ended";
        try {
            leaving |= deliver(events);
            boolean first = true;
            while (fill()) {
                leaving |= deliver(events);
                if (first) {
                    RealTime.join();
                    first = false;
                }
            }
        } catch (SocketTimeoutException _) {
            ending = Event.Ending.SILENT;
            why = "said nothing for " + SILENCE_MILLIS + " ms";
        } catch (IOException | IllegalArgumentException e) {
            why = String.valueOf(e.getMessage());
        }
        return leaving
                ? new MeshEvent.PeerDown(node(), Event.Ending.LEFT, "left")
                : new MeshEvent.PeerDown(node(), ending, why);
    }

    /** Tells every whole message; whether the peer said goodbye. */
    private boolean deliver(Consumer<MeshEvent> events) {
        boolean leaving = false;
        @Nullable MeshMessage message = codec.next();
        while (message != null) {
            switch (message) {
                case MeshMessage.Hello _ -> {}
                case MeshMessage.Leaving _ -> leaving = true;
                case MeshMessage.Advert advert ->
                        events.accept(new MeshEvent.PeerSaid(node(), advert));
                case MeshMessage.Maintenance order ->
                        events.accept(new MeshEvent.PeerSaid(node(), order));
                case MeshMessage.Standing standing ->
                        events.accept(new MeshEvent.PeerSaid(node(), standing));
                case MeshMessage.Assigned assigned ->
                        events.accept(new MeshEvent.PeerSaid(node(), assigned));
                case MeshMessage.Connections connections ->
                        events.accept(new MeshEvent.PeerSaid(node(), connections));
                case MeshMessage.AboutGroup about ->
                        events.accept(new MeshEvent.PeerSaid(node(), about));
            }
            message = codec.next();
        }
        return leaving;
    }

    private boolean fill() throws IOException {
        int count = wire.stream().getInputStream().read(arrived);
        if (count < 0) {
            return false;
        }
        codec.feed(ByteBuffer.wrap(arrived, 0, count));
        return true;
    }

    /** Ends the connection without a goodbye; never waits. */
    @Override
    public void close() {
        queue.clear();
        boolean _ = queue.offer(END);
        wire.cut();
        closed.countDown();
    }
}
