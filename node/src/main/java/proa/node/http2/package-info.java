/**
 * R: HTTP/2 (RFC 9113) without its bytes on a socket: what a frame may look like, which frames a
 * stream may get when, how much may be sent, what a flood is, and how field lists become the heads
 * that the rest of the node reads.
 *
 * <p>Start at {@link proa.node.http2.FrameHeader}, then {@link proa.node.http2.RequestFields}, on
 * which it depends that a request can be read in one way only.
 */
@NullMarked
package proa.node.http2;

import org.jspecify.annotations.NullMarked;
