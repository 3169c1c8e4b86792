package proa.vip.forwarding;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A value in a set or map of the rules, as nftables has types for them. */
public sealed interface Value {

    /** {@code mark}. */
    record Mark(int number) implements Value {}

    /** {@code ipv4_addr} or {@code ipv6_addr}. */
    record Address(InetAddress address) implements Value {}

    /** An address and its {@code inet_service}. */
    record Place(InetSocketAddress address) implements Value {}
}
