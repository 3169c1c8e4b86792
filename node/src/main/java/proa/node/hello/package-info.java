/**
 * R: the first message of a TLS connection, read without decrypting anything.
 *
 * <p>Start at {@link proa.node.hello.ClientHello}.
 */
@NullMarked
package proa.node.hello;

import org.jspecify.annotations.NullMarked;
