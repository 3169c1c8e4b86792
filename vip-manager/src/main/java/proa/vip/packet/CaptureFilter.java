package proa.vip.packet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which Ethernet frames are about one address, as a program for the kernel (classic BPF, see
 * Documentation/networking/filter.rst of the kernel): IP packets from it and to it, and the ARP or
 * neighbour discovery that asks for it or tells of it. With a port, of TCP and UDP only what comes
 * from or goes to that port of the address; other protocols, later fragments, and IPv6 packets with
 * extension headers pass whole. Stateless.
 */
public final class CaptureFilter {

    /**
     * One instruction.
     *
     * @param code what to do
     * @param ifTrue steps to leave out when the test holds
     * @param ifFalse steps to leave out when it does not
     * @param operand an offset in the frame, or a value
     */
    public record Step(int code, int ifTrue, int ifFalse, int operand) {}

    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_HALF_BEHIND = 0x48;
    private static final int HEADER_LENGTH = 0xb1;
    private static final int EQUAL = 0x15;
    private static final int ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    private static final int ETHER_TYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int ARP = 0x0806;
    private static final int IPV6 = 0x86dd;
    private static final int ETHERNET_BYTES = 14;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;

    private static final String PASS = "pass";
    private static final String DROP = "drop";
    private static final String NEXT = "";

    private final List<Jump> jumps = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final OptionalInt port;

    /** An instruction whose targets are still names; an empty one is the next step. */
    private record Jump(int code, int operand, String ifTrue, String ifFalse) {}

    private CaptureFilter(OptionalInt port) {
        this.port = port;
    }

    /**
     * The program.
     *
     * @param port 1 to 65535; empty: everything of the address
     * @param snapBytes bytes of a frame that are kept, 64 or more
     */
    public static List<Step> of(InetAddress address, OptionalInt port, int snapBytes) {
        CaptureFilter filter = new CaptureFilter(port);
        if (address instanceof Inet4Address) {
            filter.four(address.getAddress());
        } else {
            filter.six(address.getAddress());
        }
        filter.label(PASS);
        filter.step(RETURN, snapBytes);
        filter.label(DROP);
        filter.step(RETURN, 0);
        return filter.resolved();
    }

    private void four(byte[] address) {
        int wanted = word(address, 0);
        step(LOAD_HALF, ETHER_TYPE);
        test(IPV4, NEXT, "arp");
        step(LOAD_WORD, 26);
        test(wanted, found(), "destination");
        if (port.isPresent()) {
            portOfFour("source", 14, "destination");
        }
        label("destination");
        step(LOAD_WORD, 30);
        test(wanted, found(), DROP);
        if (port.isPresent()) {
            portOfFour("target", 16, DROP);
        }
        label("arp");
        test(ARP, NEXT, DROP);
        step(LOAD_WORD, 28);
        test(wanted, PASS, NEXT);
        step(LOAD_WORD, 38);
        test(wanted, PASS, DROP);
    }

    /** Where to go on when an address fits. */
    private String found() {
        return port.isPresent() ? NEXT : PASS;
    }

    /** RFC 791 §3.1: protocol at 9, fragment offset at 6; the header has four times its length. */
    private void portOfFour(String label, int at, String otherwise) {
        step(LOAD_BYTE, ETHERNET_BYTES + 9);
        test(TCP, label, NEXT);
        test(UDP, NEXT, PASS);
        label(label);
        step(LOAD_HALF, ETHERNET_BYTES + 6);
        jump(ANY_BIT, 0x1fff, PASS, NEXT);
        step(HEADER_LENGTH, ETHERNET_BYTES);
        step(LOAD_HALF_BEHIND, at);
        test(port.getAsInt(), PASS, otherwise);
    }

    private void six(byte[] address) {
        step(LOAD_HALF, ETHER_TYPE);
        test(IPV6, NEXT, DROP);
        words(address, 22, found(), "destination");
        if (port.isPresent()) {
            portOfSix("source", 54, "destination");
        }
        label("destination");
        words(address, 38, found(), "discovery");
        if (port.isPresent()) {
            portOfSix("target", 56, DROP);
        }
        // RFC 4861 §4.3 and §4.4: the target of both stands behind type, code, sum and flags.
        label("discovery");
        step(LOAD_BYTE, 20);
        test(ICMPV6, NEXT, DROP);
        step(LOAD_BYTE, 54);
        test(SOLICITATION, "about", NEXT);
        test(ADVERTISEMENT, NEXT, DROP);
        label("about");
        words(address, 62, PASS, DROP);
    }

    private void words(byte[] address, int at, String same, String other) {
        for (int word = 0; word < 4; word++) {
            step(LOAD_WORD, at + 4 * word);
            test(word(address, 4 * word), word == 3 ? same : NEXT, other);
        }
    }

    private void portOfSix(String label, int at, String otherwise) {
        step(LOAD_BYTE, 20);
        test(TCP, label, NEXT);
        test(UDP, NEXT, PASS);
        label(label);
        step(LOAD_HALF, at);
        test(port.getAsInt(), PASS, otherwise);
    }

    private static int word(byte[] of, int at) {
        return (of[at] & 0xff) << 24
                | (of[at + 1] & 0xff) << 16
                | (of[at + 2] & 0xff) << 8
                | of[at + 3] & 0xff;
    }

    private void test(int value, String ifTrue, String ifFalse) {
        jump(EQUAL, value, ifTrue, ifFalse);
    }

    private void jump(int code, int operand, String ifTrue, String ifFalse) {
        jumps.add(new Jump(code, operand, ifTrue, ifFalse));
    }

    private void step(int code, int operand) {
        jump(code, operand, NEXT, NEXT);
    }

    private void label(String name) {
        labels.put(name, jumps.size());
    }

    private List<Step> resolved() {
        List<Step> steps = new ArrayList<>();
        for (int at = 0; at < jumps.size(); at++) {
            Jump jump = jumps.get(at);
            steps.add(
                    new Step(
                            jump.code(),
                            distance(jump.ifTrue(), at),
                            distance(jump.ifFalse(), at),
                            jump.operand()));
        }
        return List.copyOf(steps);
    }

    /** Steps to leave out; the kernel knows forward jumps of at most 255 only. */
    private int distance(String label, int from) {
        int steps = label.isEmpty() ? 0 : labels.getOrDefault(label, -1) - from - 1;
        if (steps < 0 || steps > 255) {
            throw new IllegalStateException("no way from " + from + " to " + label);
        }
        return steps;
    }
}
