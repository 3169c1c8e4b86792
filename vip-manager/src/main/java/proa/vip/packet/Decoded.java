package proa.vip.packet;

import java.net.InetAddress;

/** What a received packet turned out to be. */
public sealed interface Decoded {

    /**
     * A valid advertisement.
     *
     * @param source the sender's address
     * @param checksum which checksum it carried; for IPv6 always {@link ChecksumKind#PSEUDO_HEADER}
     * @param version 3, or 2
     */
    record Ok(InetAddress source, VrrpAdvert advert, ChecksumKind checksum, int version)
            implements Decoded {
        /** Of version 3. */
        public Ok(InetAddress source, VrrpAdvert advert, ChecksumKind checksum) {
            this(source, advert, checksum, VrrpCodec.VERSION);
        }
    }

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
        /** Over IPv6 and not from a link-local address: RFC 9568 §5.1.2.1. */
        SOURCE,
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
        /** Version 2 with an authentication that is more than a clear-text password. */
        AUTHENTICATION,
        /** Neither kind of checksum fits. */
        CHECKSUM
    }
}
