package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.vip.packet.ArpPacket;
import proa.vip.packet.MacAddress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Set;

/** What this host hears of itself, and what with its MAC address others say. */
final class EchoesTest {

    private static final long NOW = 77;
    private static final long SOON = NOW + Echoes.ECHO_NANOS - 1;
    private static final long LATER = NOW + Echoes.ECHO_NANOS;

    private static final MacAddress DEVICE = new MacAddress(0x0200_0000_0001L);
    private static final MacAddress STRANGER = new MacAddress(0x0200_0000_0002L);
    private static final MacAddress VIRTUAL = MacAddress.ofVirtualRouter(51, false);

    private final Echoes echoes = new Echoes(Set.of(DEVICE));

    @Test
    void anInterfacesOwnMacAddressIsNobodyElses() {
        assertThat(echoes.isOwn(DEVICE, true, NOW)).isTrue();
        assertThat(echoes.isOwn(DEVICE, false, NOW)).isTrue();
        assertThat(echoes.isOwn(STRANGER, true, NOW)).isFalse();
        assertThat(echoes.isOwn(STRANGER, false, NOW)).isFalse();
    }

    @Test
    void whatIsSaidWithTheVirtualOneIsAStrangersUnlessItWasAnnouncedJustNow() {
        assertThat(echoes.isOwn(VIRTUAL, true, NOW)).as("by a standby").isFalse();
        echoes.announced(VIRTUAL, NOW);
        assertThat(echoes.isOwn(VIRTUAL, true, SOON)).isTrue();
        assertThat(echoes.isOwn(VIRTUAL, true, LATER)).isFalse();
    }

    @Test
    void anAnswerIsAStrangersUnlessTheQuestionHasComeBackToo() {
        echoes.announced(VIRTUAL, NOW);
        assertThat(echoes.isOwn(VIRTUAL, false, NOW)).isFalse();
        assertThat(echoes.isOwn(DEVICE, true, NOW)).as("the question").isTrue();
        assertThat(echoes.isOwn(VIRTUAL, false, SOON)).isTrue();
        assertThat(echoes.isOwn(VIRTUAL, false, LATER)).isFalse();
    }

    @Test
    void whomAFrameGoesToIsInItsFirstBit() {
        Inet4Address address = (Inet4Address) InetAddress.ofLiteral("10.77.0.100");
        ArpPacket packet = ArpPacket.gratuitous(VIRTUAL, address);
        assertThat(Echoes.toAll(ByteBuffer.wrap(packet.toFrame(MacAddress.BROADCAST)))).isTrue();
        assertThat(Echoes.toAll(ByteBuffer.wrap(packet.toFrame(DEVICE)))).isFalse();
    }
}
