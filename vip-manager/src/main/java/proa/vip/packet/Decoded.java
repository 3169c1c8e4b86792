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

    /** To be dropped and told. */
    record Refused(Reason reason) implements Decoded {}

    /** Why a packet is refused, RFC 9568 §7.1. */
    enum Reason {
        /** Shorter than its headers or its address count say. */
        TOO_SHORT("it is shorter than its headers or its number of addresses say"),
        /** Longer than its address count says. */
        TOO_LONG("it is longer than its number of addresses says"),
        /** Not IPv4 protocol 112. */
        NOT_VRRP("it is not VRRP"),
        /** TTL or hop limit is not 255: it came through a router. */
        TTL("its TTL or hop limit is not 255, so it has passed a router or is forged"),
        /** Over IPv6 and not from a link-local address: RFC 9568 §5.1.2.1. */
        SOURCE("over IPv6 it must come from a link-local address"),
        /** Not version 3. */
        VERSION("its version is not one that the group speaks"),
        /** Not an advertisement. */
        TYPE("its type is not that of an advertisement"),
        /** VRID 0 does not exist. */
        VRID("a VRID is 1 to 255"),
        /** No addresses. */
        COUNT("it has no addresses"),
        /** An advertisement interval of 0. */
        INTERVAL("its advertisement interval is 0"),
        /** Version 2 with an authentication that is more than a clear-text password. */
        AUTHENTICATION("its kind of authentication cannot be checked"),
        /** Neither kind of checksum fits. */
        CHECKSUM("its checksum is wrong, with and without the pseudo-header");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** What is wrong, for the operator: the end of a sentence about the packet. */
        public String text() {
            return text;
        }
    }
}
