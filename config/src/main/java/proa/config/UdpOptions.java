package proa.config;

import java.util.Optional;

/**
 * How datagrams of one client, an address and a port, make a session.
 *
 * @param datagramBytesMax larger datagrams are dropped, either way; 512 to 65,507; default 16 KiB,
 *     which holds jumbo frames, EDNS and DTLS records
 * @param requests after so many datagrams of the client its next one begins another session,
 *     perhaps with another server; 1 to 1 M; empty: never
 * @param responses datagrams of the server for each of the client after which a session is over; 0:
 *     none is expected; 0 to 1 M; empty: only silence ends it
 */
public record UdpOptions(
        int datagramBytesMax, Optional<Integer> requests, Optional<Integer> responses) {

    /** The most that fits into a datagram over IPv4: 65,535 less the heads of IP and UDP. */
    public static final int DATAGRAM_BYTES_LIMIT = 65_507;

    public static final UdpOptions DEFAULTS =
            new UdpOptions(16 << 10, Optional.empty(), Optional.empty());
}
