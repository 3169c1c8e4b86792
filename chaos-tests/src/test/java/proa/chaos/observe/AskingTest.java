package proa.chaos.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.vip.packet.MacAddress;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What is asked, and what counts as an answer to it, as bytes on the wire. */
class AskingTest {

    private static final InetAddress FOUR = InetAddress.ofLiteral("10.77.0.100");
    private static final InetAddress SIX = InetAddress.ofLiteral("fd00:77::100");
    private static final MacAddress OWNER = new MacAddress(0x02_00_00_00_00_03L);

    private static final Asking ARP = new ArpAsking(Inet4Address.ofLiteral("10.77.0.240"));
    private static final Asking NDP =
            new NdpAsking((Inet6Address) InetAddress.ofLiteral("fd00:77::240"));

    /** Who has 10.77.0.100? Tell 10.77.0.243. */
    private static final String ARP_QUESTION =
            "ffffffffffff020000007701080600010800060400010200000077010a4d00f3"
                    + "0000000000000a4d0064";

    private static final String ARP_ANSWER =
            "020000007701020000000003080600010800060400020200000000030a4d0064"
                    + "0200000077010a4d00f3";

    /** The same of fd00:77::100, to ff02::1:ff00:100, for fd00:77::243. */
    private static final String NDP_QUESTION =
            "3333ff00010002000000770186dd6000000000203afffd000077000000000000"
                    + "000000000243ff0200000000000000000001ff0001008700016b00000000fd00"
                    + "00770000000000000000000001000101020000007701";

    private static final String NDP_ANSWER =
            "02000000770102000000000386dd6000000000203afffd000077000000000000"
                    + "000000000100fd000077000000000000000000000243880096f5e0000000fd00"
                    + "00770000000000000000000001000201020000000003";

    /** To all nodes: unsolicited. */
    private static final String NDP_ANNOUNCEMENT =
            "33330000000102000000000386dd6000000000203afffd000077000000000000"
                    + "000000000100ff0200000000000000000000000000018800d7aca0000000fd00"
                    + "00770000000000000000000001000201020000000003";

    /** To another hardware address: somebody else has asked. */
    private static final String NDP_OF_ANOTHER =
            "02000000000202000000000386dd6000000000203afffd000077000000000000"
                    + "000000000100fd000077000000000000000000000243880096f5e0000000fd00"
                    + "00770000000000000000000001000201020000000003";

    /** To fd00:77::248, which is none of the eight. */
    private static final String NDP_TO_A_NINTH =
            "02000000770102000000000386dd6000000000203afffd000077000000000000"
                    + "000000000100fd000077000000000000000000000248880096f0e0000000fd00"
                    + "00770000000000000000000001000201020000000003";

    private static ByteBuffer frame(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static String hex(byte[] frame) {
        return HexFormat.of().formatHex(frame);
    }

    @Test
    void eachFamilyIsAskedInItsOwnWay() {
        assertThat(hex(ARP.question(3, FOUR))).isEqualTo(ARP_QUESTION);
        assertThat(hex(NDP.question(3, SIX))).isEqualTo(NDP_QUESTION);
        assertThat(hex(NDP.question(4, SIX))).isNotEqualTo(NDP_QUESTION);
    }

    @Test
    void anAnswerSaysWhoHasTheAddressAndWhichQuestionItIsFor() {
        assertThat(ARP.answer(frame(ARP_ANSWER))).hasValue(new Asking.Answer(FOUR, 3, OWNER));
        assertThat(NDP.answer(frame(NDP_ANSWER))).hasValue(new Asking.Answer(SIX, 3, OWNER));
    }

    /** As the kernel hands it over: the frame need not be all of the buffer. */
    @Test
    void anAnswerIsReadWhereItBegins() {
        ByteBuffer bytes = frame("ffff" + NDP_ANSWER).position(2);
        assertThat(NDP.answer(bytes)).hasValue(new Asking.Answer(SIX, 3, OWNER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NDP_QUESTION,
                NDP_ANNOUNCEMENT,
                NDP_OF_ANOTHER,
                NDP_TO_A_NINTH,
                ARP_ANSWER,
                "",
                "020000007701"
            })
    void nothingElseIsAnAnswerOfNdp(String other) {
        assertThat(NDP.answer(frame(other))).isEmpty();
    }

    @Test
    void aBrokenOrShortAdvertisementIsNoAnswer() {
        ByteBuffer broken = frame(NDP_ANSWER);
        broken.put(60, (byte) (broken.get(60) ^ 1));
        assertThat(NDP.answer(broken)).isEmpty();
        assertThat(NDP.answer(frame(NDP_ANSWER.substring(0, NDP_ANSWER.length() - 2)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {ARP_QUESTION, NDP_ANSWER, "", "020000007701"})
    void nothingElseIsAnAnswerOfArp(String other) {
        assertThat(ARP.answer(frame(other))).isEmpty();
    }

    @Test
    void theEightAskersDiffer() {
        InetAddress first = InetAddress.ofLiteral("fd00:77::24c");
        for (int index = 0; index < Asking.ASKERS; index++) {
            assertThat(Asking.index(first, Asking.asker(first, index))).hasValue(index);
        }
        assertThat(Asking.index(first, InetAddress.ofLiteral("fd00:77::254"))).isEmpty();
        assertThat(Asking.index(first, FOUR)).isEmpty();
    }
}
