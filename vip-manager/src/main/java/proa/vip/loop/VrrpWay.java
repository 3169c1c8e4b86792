package proa.vip.loop;

import proa.vip.linux.VrrpSocket;

import java.net.Inet4Address;

/**
 * A socket and the address of this host it sends from.
 *
 * @param own the address it is bound to
 * @param socket for version 2 and 3 over IPv4
 */
record VrrpWay(Inet4Address own, VrrpSocket socket) {}
