package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.http2.FrameHeader;
import proa.node.http2.PeerSettings;
import proa.node.http2.Violation;

/** What stands in the payloads of frames besides heads and bodies (RFC 9113 §6). */
final class Payloads {

    private static final int PRIORITY_BYTES = 5;

    private Payloads() {}

    /** Takes padding away; false: there is more of it than payload (§6.1). */
    static boolean unpad(FrameHeader header, ByteBuf payload) {
        if (!header.has(FrameHeader.PADDED)) {
            return true;
        }
        if (!payload.isReadable()) {
            return false;
        }
        int padding = payload.readUnsignedByte();
        if (padding > payload.readableBytes()) {
            return false;
        }
        payload.writerIndex(payload.writerIndex() - padding);
        return true;
    }

    /** Skips the priority of a head, which is not used (§5.3.2); false: it is not there. */
    static boolean skipPriority(FrameHeader header, ByteBuf payload) {
        if (!header.has(FrameHeader.PRIORITIZED)) {
            return true;
        }
        if (payload.readableBytes() < PRIORITY_BYTES) {
            return false;
        }
        payload.skipBytes(PRIORITY_BYTES);
        return true;
    }

    /** Takes the other side's settings; what is wrong with them, or null. */
    static @Nullable Violation settings(ByteBuf payload, PeerSettings peer) {
        Violation wrong = null;
        while (wrong == null && payload.isReadable()) {
            wrong = peer.set(payload.readUnsignedShort(), payload.readUnsignedInt());
        }
        return wrong;
    }
}
