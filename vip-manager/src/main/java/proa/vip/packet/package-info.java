/**
 * R: VRRP, ARP and neighbour advertisements as bytes ↔ records, strict about what comes in.
 *
 * <p>Start reading at {@link proa.vip.packet.VrrpCodec}.
 */
@NullMarked
package proa.vip.packet;

import org.jspecify.annotations.NullMarked;
