/**
 * C: sessions over the Redis protocol, RESP2 and RESP3: bytes to commands, commands to the session
 * store, replies to bytes. Start at {@link proa.node.protocol.resp.RespFrontend}; what each command
 * does is in {@link proa.node.protocol.resp.Commands}.
 */
@NullMarked
package proa.node.protocol.resp;

import org.jspecify.annotations.NullMarked;
