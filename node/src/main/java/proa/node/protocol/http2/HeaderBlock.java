package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

import org.jspecify.annotations.Nullable;

import proa.node.http2.ErrorCode;
import proa.node.http2.Violation;

/**
 * The compressed fields of one head: from a HEADERS frame alone, or put together with its
 * CONTINUATIONs, which may be neither too many nor too large (CVE-2024-27316). On one event loop.
 */
public final class HeaderBlock {

    private static final int HUFFMAN_CAPACITY = 32;

    private final FieldList fields;
    private final Decoder decoder;
    private final int bytesMax;
    private final int continuationsMax;
    private @Nullable ByteBuf collected;
    private int stream;
    private boolean endStream;
    private int continuations;
    private boolean tooLarge;

    /**
     * Reads heads into {@code fields}.
     *
     * @param listBytesMax the decoded head as RFC 9113 §6.5.2 counts it; beyond, fields are missing
     * @param continuationsMax CONTINUATION frames behind one HEADERS
     */
    public HeaderBlock(FieldList fields, int listBytesMax, int continuationsMax) {
        this.fields = fields;
        this.decoder = new Decoder(fields, listBytesMax);
        this.bytesMax = 2 * listBytesMax;
        this.continuationsMax = continuationsMax;
    }

    /** Without checks of its own, which throw for what is only a stream's error. */
    private static final class Decoder extends DefaultHttp2HeadersDecoder {
        private final FieldList into;

        private Decoder(FieldList into, int listBytesMax) {
            super(false, listBytesMax, HUFFMAN_CAPACITY);
            this.into = into;
        }

        @Override
        protected Http2Headers newHeaders() {
            return into.clear();
        }
    }

    /** The stream whose head goes on; 0: none. */
    int open() {
        return collected == null ? 0 : stream;
    }

    /** The stream of the head that was last complete. */
    int stream() {
        return stream;
    }

    /** Whether that head is all there is. */
    boolean endStream() {
        return endStream;
    }

    /** Whether that head was larger than allowed; the fields are not all there. */
    public boolean tooLarge() {
        return tooLarge;
    }

    /** A head begins with these bytes. */
    public void begin(int ofStream, boolean endsStream) {
        stream = ofStream;
        endStream = endsStream;
        continuations = 0;
    }

    /** A part of a head that goes on. */
    public @Nullable Violation part(ByteBufAllocator allocator, ByteBuf bytes) {
        ByteBuf all = collected;
        if (all == null) {
            all = allocator.buffer(bytes.readableBytes() * 2);
            collected = all;
        } else if (++continuations > continuationsMax) {
            return calm("too many CONTINUATIONs");
        }
        all.writeBytes(bytes);
        return all.readableBytes() > bytesMax ? calm("a head is too large") : null;
    }

    private static Violation calm(String explanation) {
        return Violation.ofConnection(ErrorCode.ENHANCE_YOUR_CALM, explanation);
    }

    /** The last part of a head, perhaps the only one; the fields are there afterwards. */
    public @Nullable Violation end(ByteBufAllocator allocator, ByteBuf bytes) {
        if (collected == null) {
            return decode(bytes);
        }
        Violation wrong = part(allocator, bytes);
        ByteBuf all = collected;
        if (wrong != null || all == null) {
            return wrong;
        }
        try {
            return decode(all);
        } finally {
            drop();
        }
    }

    private @Nullable Violation decode(ByteBuf block) {
        tooLarge = false;
        try {
            decoder.decodeHeaders(stream, block);
            return null;
        } catch (Http2Exception.HeaderListSizeException _) {
            tooLarge = true;
            return null;
        } catch (Http2Exception | RuntimeException malformed) {
            return Violation.ofConnection(
                    ErrorCode.COMPRESSION_ERROR, "HPACK: " + malformed.getMessage());
        }
    }

    /** The fields of the head that was last complete. */
    public FieldList fields() {
        return fields;
    }

    /** Gives back what was collected. */
    public void drop() {
        if (collected != null) {
            collected.release();
            collected = null;
        }
    }
}
