package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Mixed;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Trio;
import proa.vip.packet.ChecksumKind;
import proa.vip.packet.VrrpAdvert;
import proa.vip.packet.VrrpCodec;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Advertisements on a real wire that nobody must believe, most of them in the name of the one
 * router that is: each is one line, and the owner stays. Without what is wrong with them the same
 * bytes are believed.
 */
@RequiresNetns
final class ForgedAdvertsTest {

    /** Where they are sent from. */
    private static final int FORGER = 3;

    /** Rare, so that an owner whose machine is busy is not taken for dead. */
    private static final int INTERVAL_CENTIS = 100;

    private static final String GROUP =
            """
            failback = at-once, vips { main = "10.77.0.100", six = "fd00:77::100" }
            vrrp { advert-interval = 1s, multicast = true, routers { ka { addresses = ["10.77.0.12", "fe80::ff:fe00:2"] } } }
            """;

    private static final InetAddress GROUP_4 = InetAddress.ofLiteral("224.0.0.18");
    private static final InetAddress GROUP_6 = InetAddress.ofLiteral("ff02::12");
    private static final VrrpAdvert TAKING_4 = advert(51, 254, "10.77.0.100");
    private static final VrrpAdvert TAKING_6 = advert(51, 254, "fd00:77::100");
    private static final InetAddress ROUTER_4 = InetAddress.ofLiteral("10.77.0.12");
    private static final InetAddress ROUTER_6 = InetAddress.ofLiteral("fe80::ff:fe00:2");

    @TempDir private Path folder;

    /** Frames by the line that they must lead to. */
    private final Map<String, byte[]> forged = new LinkedHashMap<>();

    private static VrrpAdvert advert(int vrid, int priority, String address) {
        return new VrrpAdvert(
                vrid, priority, INTERVAL_CENTIS, List.of(InetAddress.ofLiteral(address)));
    }

    private static byte[] frame(InetAddress source, VrrpAdvert advert) {
        return frame(source, advert, VrrpCodec.TTL, _ -> {});
    }

    private static byte[] frame(
            InetAddress source, VrrpAdvert advert, int ttl, Consumer<byte[]> flaw) {
        boolean six = source.getAddress().length == 16;
        InetAddress to = six ? GROUP_6 : GROUP_4;
        byte[] message = VrrpCodec.encode(advert, ChecksumKind.RFC9568, source, to);
        flaw.accept(message);
        ByteBuffer frame = ByteBuffer.allocate(14 + (six ? 40 : 20) + message.length);
        frame.put(HexFormat.of().parseHex(six ? "333300000012" : "01005e000012"));
        frame.put(HexFormat.of().parseHex("020000000003"));
        if (six) {
            frame.putShort((short) 0x86dd).putInt(0x6c00_0000).putShort((short) message.length);
            frame.put((byte) VrrpCodec.PROTOCOL).put((byte) ttl);
        } else {
            frame.putShort((short) 0x0800).putShort((short) 0x45c0);
            frame.putShort((short) (20 + message.length)).putInt(0);
            frame.put((byte) ttl).put((byte) VrrpCodec.PROTOCOL).putShort((short) 0);
        }
        frame.put(source.getAddress()).put(to.getAddress()).put(message);
        if (!six) {
            frame.putShort(24, headerChecksum(frame));
        }
        return frame.array();
    }

    private static short headerChecksum(ByteBuffer frame) {
        int sum = 0;
        for (int at = 14; at < 34; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    private void forge(InetAddress router, VrrpAdvert taking, String other, String outsider) {
        String from = " from " + router.getHostAddress() + ": ";
        String refused = "ALARM refused an advertisement of VRID 51" + from;
        forged.put(
                refused + "its TTL or hop limit is not 255", frame(router, taking, 254, _ -> {}));
        forged.put(
                refused + "its checksum is wrong", frame(router, taking, 255, bytes -> bytes[7]++));
        forged.put(
                refused + "its version is not",
                frame(router, taking, 255, bytes -> bytes[0] = 0x21));
        forged.put(
                "ALARM refused an advertisement of VRID 0" + from + "a VRID is 1 to 255",
                frame(router, taking, 255, bytes -> bytes[1] = 0));
        forged.put(
                "ignored an advertisement of VRID 77"
                        + from
                        + "no group of this file has that VRID",
                frame(router, advert(77, 254, other)));
        String list = InetAddress.ofLiteral(other).getHostAddress();
        forged.put(
                "ALARM web: "
                        + router.getHostAddress()
                        + " advertises other addresses than this file has: "
                        + list,
                frame(router, advert(51, 1, other)));
        InetAddress stranger = InetAddress.ofLiteral(outsider);
        forged.put(
                "ALARM web: ignored an advertisement of unlisted " + stranger.getHostAddress(),
                frame(stranger, taking));
    }

    private void send(Mixed mixed, List<byte[]> frames) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("eth0"));
        frames.forEach(frame -> arguments.add(HexFormat.of().formatHex(frame)));
        Path log = folder.resolve("frames.log");
        try (Program sender =
                new Program(mixed.site().command(FORGER), log, "proa.vip.lab.Frames", arguments)) {
            assertThat(sender.await()).as(sender.output()).isZero();
        }
    }

    @Test
    void eachIsOneLineThatSaysWhatIsWrongAndTheOwnerStays() throws Exception {
        forge(ROUTER_4, TAKING_4, "10.77.0.199", "10.77.0.99");
        forge(ROUTER_6, TAKING_6, "fd00:77::199", "fe80::99");
        try (Mixed mixed = new Mixed(folder, GROUP)) {
            mixed.start();
            Trio.await("an owner", mixed::ours);
            send(mixed, List.copyOf(forged.values()));
            for (String line : forged.keySet()) {
                Trio.await(line + mixed.vipd().output(), () -> lines(mixed, line) > 0);
            }
            assertThat(forged.keySet()).allSatisfy(line -> assertThat(lines(mixed, line)).isOne());
            assertThat(mixed.ours()).isTrue();
            assertThat(mixed.status()).contains("\"term\":1,");
            assertThat(mixed.vipd().output()).doesNotContain("active →");
            send(mixed, List.of(frame(ROUTER_6, TAKING_6)));
            Trio.await("a true one to be believed", () -> !mixed.ours());
            mixed.awaitLine("ka advertises with priority 254");
        }
    }

    private static long lines(Mixed mixed, String with) throws Exception {
        return mixed.vipd().output().lines().filter(line -> line.contains(with)).count();
    }
}
