/**
 * R: PEM bytes → certificates, keys and a mutual-TLS context; and the making of a cluster authority
 * and of node certificates.
 *
 * <p>A member is who its certificate says: subject {@code CN=<node>,O=<cluster>}, signed by an
 * authority of the cluster. Start reading at {@link proa.config.tls.MemberTls}. No file is touched
 * here and no clock is read: bytes, the time and the source of randomness come in as arguments (the
 * handshake itself, inside the JDK, does look at the clock).
 */
@NullMarked
package proa.config.tls;

import org.jspecify.annotations.NullMarked;
