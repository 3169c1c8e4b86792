package proa.node.record;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/**
 * A message that was not passed on because of its form. Its bytes are not kept: they may be
 * somebody's password.
 *
 * @param ofServer whether it is an answer
 * @param number how many there were before on this frontend
 * @param backend that it went to; empty: none
 * @param server that it went to or came from; empty: none
 * @param client at the other end, or null when it was gone at once
 * @param reason one clause
 * @param at place of the byte that is wrong; −1: not a single one
 * @param length bytes that were there; 0: not known
 * @param requestId empty: none
 */
public record Malformed(
        long wallMillis,
        boolean ofServer,
        long number,
        String backend,
        String server,
        @Nullable InetAddress client,
        int clientPort,
        String reason,
        int at,
        int length,
        String requestId) {}
