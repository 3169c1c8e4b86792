package proa.vip.packet;

/**
 * What an IPv4 advertisement's checksum covers. IPv6 always includes the pseudo-header. Both kinds
 * are accepted.
 */
public enum ChecksumKind {
    /** The VRRP message alone: RFC 9568 §5.2.8. */
    RFC9568,
    /** The message and an IPv4 pseudo-header, as RFC 5798 was read by keepalived. */
    PSEUDO_HEADER
}
