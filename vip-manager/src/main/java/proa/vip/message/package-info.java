/**
 * R: what two vipds tell each other about the groups over the authenticated mesh, as records and
 * bytes.
 *
 * <p>Start reading at {@link proa.vip.message.MeshMessage}; {@link proa.vip.message.MeshCodec} puts
 * it into the common envelope.
 */
@NullMarked
package proa.vip.message;

import org.jspecify.annotations.NullMarked;
