/**
 * Carrier (C): the Linux kernel, reached through the foreign-function interface: raw VRRP sockets,
 * ARP frames, rtnetlink, the TUN device that carries the addresses, the nftables lease, real-time
 * scheduling.
 *
 * <p>The only package of this module that calls foreign functions. It does what it is told and
 * decides nothing; a call that fails is a {@link proa.vip.linux.KernelException} that says what to
 * do about it. Start reading at {@link proa.vip.linux.Libc}, then {@link
 * proa.vip.linux.LeaseTables}.
 */
@NullMarked
package proa.vip.linux;

import org.jspecify.annotations.NullMarked;
