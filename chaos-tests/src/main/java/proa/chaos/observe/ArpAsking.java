package proa.chaos.observe;

import proa.vip.packet.ArpPacket;
import proa.vip.packet.MacAddress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * By ARP.
 *
 * @param first of eight unused addresses of the subnet
 */
record ArpAsking(Inet4Address first) implements Asking {

    @Override
    public byte[] question(int asker, InetAddress address) {
        Inet4Address own = (Inet4Address) Asking.asker(first, asker);
        return ArpPacket.request(OWN, own, (Inet4Address) address).toFrame(MacAddress.BROADCAST);
    }

    @Override
    public Optional<Answer> answer(ByteBuffer frame) {
        return ArpPacket.fromFrame(frame)
                .filter(packet -> packet.operation() == ArpPacket.Operation.REPLY)
                .filter(reply -> reply.targetMac().equals(OWN))
                .flatMap(
                        reply ->
                                Asking.index(first, reply.target())
                                        .map(
                                                asker ->
                                                        new Answer(
                                                                reply.sender(),
                                                                asker,
                                                                reply.senderMac())));
    }
}
