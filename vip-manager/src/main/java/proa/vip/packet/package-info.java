/**
 * R: VRRP, ARP and neighbour advertisements as bytes ↔ records, strict about what comes in; which
 * packets are about an address, and files of them.
 *
 * <p>Start reading at {@link proa.vip.packet.VrrpCodec}.
 */
@NullMarked
package proa.vip.packet;

import org.jspecify.annotations.NullMarked;
