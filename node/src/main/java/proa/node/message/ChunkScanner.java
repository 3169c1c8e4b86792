package proa.node.message;

import org.jspecify.annotations.Nullable;

/**
 * Follows the framing of a chunked body (RFC 9112 §7.1) byte by byte so that it can be passed on as
 * it is. Strict: CRLF everywhere, no white space around the size, bounded extensions and trailers.
 * Chunk data is skipped, not looked at.
 *
 * <pre>
 *   SIZE ── ';' ──► EXTENSION          DATA ─► DATA_CR ─► DATA_LF ─► SIZE
 *     └─ CR ─► SIZE_LF ◄── CR ─┘         ▲
 *                 ├─ size > 0 ───────────┘
 *                 └─ size = 0 ─► TRAILER_START ─► TRAILER_NAME ─► TRAILER_VALUE ─► TRAILER_LF ─┐
 *                                   ▲   └─ CR ─► LAST_LF ─► DONE                              │
 *                                   └─────────────────────────────────────────────────────────┘
 * </pre>
 */
public final class ChunkScanner {

    /** 15 hexadecimal digits fit a long; nobody sends more. */
    private static final int SIZE_DIGITS_MAX = 15;

    /**
     * Extensions have no use between clients and servers, so one chunk may carry this many bytes of
     * them.
     */
    private static final int EXTENSION_BYTES_MAX = 256;

    /**
     * Nor may a body have more of them than it has data, beyond these: what is counted for its
     * limit is the data.
     */
    private static final int SPARE_EXTENSION_BYTES = 16 << 10;

    private static final int TRAILER_BYTES_MAX = 8 << 10;

    /** No name that matters is longer. */
    private static final int NAME_BYTES_KEPT = 18;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF,
        DONE
    }

    private State state = State.SIZE;
    private long left;
    private int digits;
    private int extensionBytes;
    private long extensionBytesLeft = SPARE_EXTENSION_BYTES;
    private int trailerBytes;

    /** The name of the trailer that is being read; there is none before the first. */
    private byte @Nullable [] name;

    private int nameBytes;

    /** Begins a new body. */
    public void reset() {
        state = State.SIZE;
        left = 0;
        digits = 0;
        extensionBytes = 0;
        extensionBytesLeft = SPARE_EXTENSION_BYTES;
        trailerBytes = 0;
    }

    /** Is where another one is, and goes on without it. */
    public void goOnFrom(ChunkScanner other) {
        state = other.state;
        left = other.left;
        digits = other.digits;
        extensionBytes = other.extensionBytes;
        extensionBytesLeft = other.extensionBytesLeft;
        trailerBytes = other.trailerBytes;
        name = other.name == null ? null : other.name.clone();
        nameBytes = other.nameBytes;
    }

    /** Bytes of chunk data that come next and need no looking at; 0: the next byte is framing. */
    public long dataLeft() {
        return state == State.DATA ? left : 0;
    }

    /** So many bytes of chunk data, at most {@link #dataLeft()}, have passed. */
    public void skip(long bytes) {
        left -= bytes;
        if (left == 0) {
            state = State.DATA_CR;
        }
    }

    /** Whether the body is over; the next byte belongs to another message. */
    public boolean done() {
        return state == State.DONE;
    }

    /** Whether the next byte belongs to the lines behind the last chunk. */
    public boolean inTrailers() {
        return switch (state) {
            case TRAILER_START, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF -> true;
            case SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, LAST_LF, DONE -> false;
        };
    }

    /** Size of the chunk whose data begins, right after its size line was read. */
    public long chunkSize() {
        return left;
    }

    /** Takes one byte of framing; what is wrong with it, or null. */
    public @Nullable Refusal step(byte b) {
        return switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_LF -> b == Ascii.LF ? sizeKnown() : Refusal.BARE_CR;
            case DATA_CR -> expect(b, Ascii.CR, State.DATA_LF);
            case DATA_LF -> expect(b, Ascii.LF, State.SIZE);
            case TRAILER_START -> trailerStart(b);
            case TRAILER_NAME -> trailerName(b);
            case TRAILER_VALUE -> trailerValue(b);
            case TRAILER_LF -> expect(b, Ascii.LF, State.TRAILER_START);
            case LAST_LF -> expect(b, Ascii.LF, State.DONE);
            case DATA, DONE -> throw new IllegalStateException("not framing: " + state);
        };
    }

    private @Nullable Refusal size(byte b) {
        int digit = hexadecimal(b);
        if (digit >= 0) {
            left = digits == 0 ? digit : left << 4 | digit;
            digits++;
            return digits > SIZE_DIGITS_MAX ? Refusal.CHUNK_SIZE : null;
        }
        if (digits == 0) {
            return Refusal.CHUNK_SIZE;
        }
        return switch (b) {
            case Ascii.CR -> to(State.SIZE_LF);
            case ';' -> to(State.EXTENSION);
            case Ascii.LF -> Refusal.BARE_LF;
            default -> Refusal.CHUNK_SIZE;
        };
    }

    private static int hexadecimal(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int lower = b | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private @Nullable Refusal extension(byte b) {
        if (b == Ascii.CR) {
            return to(State.SIZE_LF);
        }
        if (b == Ascii.LF) {
            return Refusal.BARE_LF;
        }
        extensionBytes++;
        extensionBytesLeft--;
        boolean fine =
                Ascii.isValue(b)
                        && extensionBytes <= EXTENSION_BYTES_MAX
                        && extensionBytesLeft >= 0;
        return fine ? null : Refusal.CHUNK_EXTENSION;
    }

    private @Nullable Refusal sizeKnown() {
        digits = 0;
        extensionBytes = 0;
        extensionBytesLeft = Math.min(Long.MAX_VALUE - left, extensionBytesLeft) + left;
        return to(left > 0 ? State.DATA : State.TRAILER_START);
    }

    private @Nullable Refusal trailerStart(byte b) {
        if (b == Ascii.CR) {
            return to(State.LAST_LF);
        }
        nameBytes = 0;
        return Ascii.isToken(b) ? keepName(b) : Refusal.TRAILER_SYNTAX;
    }

    private @Nullable Refusal trailerName(byte b) {
        if (b == ':') {
            return belongsIntoHead() ? Refusal.TRAILER_NAME : countTrailer(State.TRAILER_VALUE);
        }
        return Ascii.isToken(b) ? keepName(b) : Refusal.TRAILER_SYNTAX;
    }

    private @Nullable Refusal keepName(byte b) {
        byte[] kept = name;
        if (kept == null) {
            kept = new byte[NAME_BYTES_KEPT];
            name = kept;
        }
        if (nameBytes < NAME_BYTES_KEPT) {
            kept[nameBytes] = b;
        }
        nameBytes++;
        return countTrailer(State.TRAILER_NAME);
    }

    /** Some servers take trailers for headers; then these would reframe or rename a message. */
    private boolean belongsIntoHead() {
        return name != null
                && nameBytes <= NAME_BYTES_KEPT
                && Field.of(name, 0, nameBytes) != Field.OTHER;
    }

    private @Nullable Refusal trailerValue(byte b) {
        if (b == Ascii.CR) {
            return to(State.TRAILER_LF);
        }
        return Ascii.isValue(b) ? countTrailer(State.TRAILER_VALUE) : Refusal.TRAILER_SYNTAX;
    }

    private @Nullable Refusal countTrailer(State next) {
        state = next;
        trailerBytes++;
        return trailerBytes > TRAILER_BYTES_MAX ? Refusal.TRAILER_LENGTH : null;
    }

    private @Nullable Refusal expect(byte b, byte expected, State next) {
        return b == expected ? to(next) : Refusal.CHUNK_END;
    }

    private @Nullable Refusal to(State next) {
        state = next;
        return null;
    }
}
