package proa.vip.lab;

import proa.vip.linux.FrameSocket;
import proa.vip.linux.Interfaces;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;

/** Puts Ethernet frames on the wire as they are, all of them three times. */
public final class Frames {

    private static final int ROUNDS = 3;

    private Frames() {}

    /**
     * Runs once.
     *
     * @param arguments the interface, then frames in hexadecimal
     */
    public static void main(String[] arguments) throws IOException {
        int device =
                Interfaces.byName(arguments[0], InetAddress.ofLiteral("10.0.0.0"))
                        .orElseThrow()
                        .index();
        List<byte[]> frames =
                List.of(arguments).subList(1, arguments.length).stream()
                        .map(HexFormat.of()::parseHex)
                        .toList();
        try (FrameSocket socket = FrameSocket.arp(device)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (byte[] frame : frames) {
                    socket.send(frame);
                }
            }
        }
    }
}
