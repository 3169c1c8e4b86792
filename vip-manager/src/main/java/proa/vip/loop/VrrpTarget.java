package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.vip.linux.KernelException;
import proa.vip.linux.VrrpSocket;
import proa.vip.linux.VrrpSocket6;
import proa.vip.packet.ChecksumKind;
import proa.vip.packet.VrrpAdvert;
import proa.vip.packet.VrrpCodec;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.function.IntFunction;

/**
 * One destination of one group's advertisements and the form they have there. Only few priorities
 * are ever sent, so each is encoded once. Used by the loop's thread.
 */
final class VrrpTarget {

    /** Sends bytes to the destination. */
    private interface Way {
        void send(byte[] message) throws KernelException;
    }

    private final Way way;
    private final IntFunction<byte[]> encoding;
    private final byte[][] encoded = new byte[256][];

    private VrrpTarget(Way way, IntFunction<byte[]> encoding) {
        this.way = way;
        this.encoding = encoding;
    }

    /**
     * Version 3 over IPv4.
     *
     * @param model the advertisement but for its priority
     * @param own the address the socket sends from; the checksum may cover it
     */
    static VrrpTarget version3(
            VrrpSocket socket,
            Inet4Address own,
            Inet4Address to,
            VrrpAdvert model,
            ChecksumKind kind) {
        return new VrrpTarget(
                message -> socket.send(message, to),
                priority -> VrrpCodec.encode(of(model, priority), kind, own, to));
    }

    /** Version 2, IPv4. */
    static VrrpTarget version2(VrrpSocket socket, Inet4Address to, VrrpAdvert model) {
        return new VrrpTarget(
                message -> socket.send(message, to),
                priority -> VrrpCodec.encodeVersion2(of(model, priority)));
    }

    /** Version 3 over IPv6; the kernel fills the checksum in. */
    static VrrpTarget version3(VrrpSocket6 socket, Inet6Address to, VrrpAdvert model) {
        return new VrrpTarget(
                message -> socket.send(message, to),
                priority ->
                        VrrpCodec.encode(of(model, priority), ChecksumKind.PSEUDO_HEADER, to, to));
    }

    private static VrrpAdvert of(VrrpAdvert model, int priority) {
        return new VrrpAdvert(model.vrid(), priority, model.intervalCentis(), model.addresses());
    }

    void send(int priority) throws KernelException {
        byte @Nullable [] message = encoded[priority];
        if (message == null) {
            message = encoding.apply(priority);
            encoded[priority] = message;
        }
        way.send(message);
    }
}
