/**
 * Carrier (C): vipd to vipd over TCP with mutual TLS. The end of a connection is the fastest notice
 * of a peer's death; what the messages mean is decided elsewhere.
 *
 * <p>Each connection has a thread that reads and one that writes, so that no cryptography runs on
 * the loop's thread. Start reading at {@link proa.vip.mesh.Mesh}.
 */
@NullMarked
package proa.vip.mesh;

import org.jspecify.annotations.NullMarked;
