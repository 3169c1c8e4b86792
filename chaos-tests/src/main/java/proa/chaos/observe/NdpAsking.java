package proa.chaos.observe;

import proa.vip.packet.MacAddress;
import proa.vip.packet.NeighbourPacket;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * By neighbour solicitations (RFC 4861). What is announced to all nodes is no answer: that is sent
 * to whoever has asked (§7.2.4).
 *
 * @param first of eight unused addresses of the subnet
 */
record NdpAsking(Inet6Address first) implements Asking {

    /** Where a frame says which IPv6 address it is for. */
    private static final int DESTINATION_AT = 38;

    private static final int ADDRESS_BYTES = 16;

    @Override
    public byte[] question(int asker, InetAddress address) {
        Inet6Address own = (Inet6Address) Asking.asker(first, asker);
        return new NeighbourPacket(true, OWN, own, (Inet6Address) address).toFrame();
    }

    @Override
    public Optional<Answer> answer(ByteBuffer frame) {
        return NeighbourPacket.fromFrame(frame)
                .filter(packet -> !packet.solicitation())
                .filter(_ -> receiver(frame.slice()).equals(OWN))
                .flatMap(
                        packet ->
                                Asking.index(first, destination(frame.slice()))
                                        .map(
                                                asker ->
                                                        new Answer(
                                                                packet.target(),
                                                                asker,
                                                                packet.mac())));
    }

    private static MacAddress receiver(ByteBuffer frame) {
        byte[] bytes = new byte[MacAddress.BYTES];
        frame.get(0, bytes);
        return MacAddress.of(bytes);
    }

    private static InetAddress destination(ByteBuffer frame) {
        byte[] bytes = new byte[ADDRESS_BYTES];
        frame.get(DESTINATION_AT, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", impossible);
        }
    }
}
