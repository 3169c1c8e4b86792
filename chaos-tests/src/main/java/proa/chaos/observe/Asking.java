package proa.chaos.observe;

import proa.vip.packet.MacAddress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How "who has this address?" is asked in one family of addresses, and what an answer says. Pure:
 * frames are bytes.
 *
 * <p>It asks with a hardware address that no interface has: the host's kernel ignores the answers,
 * so that asking does not repair a neighbour entry that the announcement of the new owner should
 * have repaired. It asks in the names of eight unused addresses in turn, which tells which question
 * an answer is for.
 */
interface Asking {

    /** Questions that can be told apart; at 5 ms an answer may take 40 ms. */
    int ASKERS = 8;

    /** Whoever asks. */
    MacAddress OWN = new MacAddress(0x02_00_00_00_77_01L);

    /**
     * The frame of a question.
     *
     * @param asker 0 to 7
     * @param address of this family
     */
    byte[] question(int asker, InetAddress address);

    /** What a frame says; empty unless it is an answer to one of these questions. */
    Optional<Answer> answer(ByteBuffer frame);

    /**
     * An answer.
     *
     * @param address who was asked for
     * @param asker 0 to 7: in whose name
     * @param mac who has it
     */
    record Answer(InetAddress address, int asker, MacAddress mac) {}

    /** One of the eight. */
    static InetAddress asker(InetAddress first, int index) {
        byte[] bytes = first.getAddress();
        bytes[bytes.length - 1] += (byte) index;
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("as many bytes as another address", impossible);
        }
    }

    /** Which of the eight an address is; empty: none. */
    static Optional<Integer> index(InetAddress first, InetAddress address) {
        for (int index = 0; index < ASKERS; index++) {
            if (asker(first, index).equals(address)) {
                return Optional.of(index);
            }
        }
        return Optional.empty();
    }
}
