package proa.vip.packet;

import java.net.InetAddress;

/** What a received packet turned out to be. */
public sealed interface Decoded {

    /**
     * A valid advertisement.
     *
     * @param source the sender's address
     * @param checksum which checksum it carried; for IPv6 always {@link ChecksumKind#PSEUDO_HEADER}
     */
    record Ok(InetAddress source, VrrpAdvert advert, ChecksumKind checksum) implements Decoded {}

    /** To be dropped and counted. */
    record Refused(Reason reason) implements Decoded {}

    /** Why a packet is refused, RFC 9568 §7.1. */
    enum Reason {
        /** Shorter than its headers or its address count say. */
        TOO_SHORT,
        /** Longer than its address count says. */
        TOO_LONG,
        /** Not IPv4 protocol 112. */
        NOT_VRRP,
        /** TTL or hop limit is not 255: it came through a router. */
        TTL,
        /** Not version 3. */
        VERSION,
        /** Not an advertisement. */
        TYPE,
        /** VRID 0 does not exist. */
        VRID,
        /** No addresses. */
        COUNT,
        /** An advertisement interval of 0. */
        INTERVAL,
        /** Neither kind of checksum fits. */
        CHECKSUM
    }
}
