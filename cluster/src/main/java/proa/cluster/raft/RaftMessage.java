package proa.cluster.raft;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What members say to agree. Each carries its sender's term. */
public sealed interface RaftMessage {

    /** Most bytes of entries, or of a snapshot, in one message, unless one entry has more. */
    int BYTES_MAX = 256 << 10;

    long term();

    /**
     * Asks for a vote (RequestVote).
     *
     * @param trial whether only to learn if it would be given; the term is then the one that would
     *     be begun, and nobody changes anything
     * @param standing of the one that asks
     */
    record Ask(long term, boolean trial, long lastIndex, long lastTerm, RaftState.Standing standing)
            implements RaftMessage {}

    /** The answer. */
    record Vote(long term, boolean trial, boolean granted, boolean fresh) implements RaftMessage {}

    /**
     * A leader's entries or sign of life (AppendEntries).
     *
     * @param round counts the leader's questions whether it still is one; it comes back
     * @param founding whether this leader's store has just begun, with three empty logs, and
     *     nothing is committed yet
     * @param trusted whether the receiver, if it has no vote, has one when it has what is committed
     * @param settled whether all members have what is committed
     */
    record Append(
            long term,
            long previousIndex,
            long previousTerm,
            List<RaftEntry> entries,
            long commit,
            long round,
            boolean founding,
            boolean trusted,
            boolean settled)
            implements RaftMessage {
        public Append {
            entries = List.copyOf(entries);
        }
    }

    /**
     * The answer.
     *
     * @param done whether the log is the leader's up to the index; else the index is where to go on
     */
    record Appended(long term, boolean done, long index, long round, boolean fresh)
            implements RaftMessage {}

    /** A part of a snapshot (InstallSnapshot). */
    record Piece(long term, long index, long indexTerm, long offset, long size, byte[] bytes)
            implements RaftMessage {}

    /**
     * The answer.
     *
     * @param offset which part is next; the snapshot's size: it is all there
     */
    record PieceTaken(long term, long index, long offset) implements RaftMessage {}

    /** The bytes that travel. */
    default byte[] encode() {
        return switch (this) {
            case Ask ask ->
                    frame(Codec.ASK)
                            .flag(Codec.TRIAL, ask.trial)
                            .number(Codec.INDEX, ask.lastIndex)
                            .number(Codec.INDEX_TERM, ask.lastTerm)
                            .number(Codec.STANDING, ask.standing.code())
                            .toBytes();
            case Vote vote ->
                    frame(Codec.VOTE)
                            .flag(Codec.TRIAL, vote.trial)
                            .flag(Codec.DONE, vote.granted)
                            .flag(Codec.FRESH, vote.fresh)
                            .toBytes();
            case Append append -> encode(append);
            case Appended appended ->
                    frame(Codec.APPENDED)
                            .flag(Codec.DONE, appended.done)
                            .number(Codec.INDEX, appended.index)
                            .number(Codec.ROUND, appended.round)
                            .flag(Codec.FRESH, appended.fresh)
                            .toBytes();
            case Piece piece ->
                    frame(Codec.PIECE)
                            .number(Codec.INDEX, piece.index)
                            .number(Codec.INDEX_TERM, piece.indexTerm)
                            .number(Codec.OFFSET, piece.offset)
                            .number(Codec.SIZE, piece.size)
                            .bytes(Codec.BYTES, piece.bytes)
                            .toBytes();
            case PieceTaken taken ->
                    frame(Codec.PIECE_TAKEN)
                            .number(Codec.INDEX, taken.index)
                            .number(Codec.OFFSET, taken.offset)
                            .toBytes();
        };
    }

    private byte[] encode(Append append) {
        FrameWriter frame =
                frame(Codec.APPEND)
                        .number(Codec.INDEX, append.previousIndex)
                        .number(Codec.INDEX_TERM, append.previousTerm)
                        .number(Codec.COMMIT, append.commit)
                        .number(Codec.ROUND, append.round)
                        .flag(Codec.FOUNDING, append.founding)
                        .flag(Codec.TRUSTED, append.trusted)
                        .flag(Codec.SETTLED, append.settled);
        for (RaftEntry entry : append.entries) {
            frame.bytes(
                    Codec.ENTRY,
                    ByteBuffer.allocate(Long.BYTES + entry.command().length)
                            .putLong(entry.term())
                            .put(entry.command())
                            .array());
        }
        return frame.toBytes();
    }

    private FrameWriter frame(int type) {
        return new FrameWriter(Codec.MAGIC, Codec.VERSION, Codec.VERSION, type)
                .number(Codec.TERM, term());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException when the bytes are not of this format
     */
    static RaftMessage decode(byte[] bytes) {
        FrameReader.Frame frame = RaftFrames.read(Codec.MAGIC, Codec.VERSION, bytes);
        long term = frame.number(Codec.TERM, 0);
        long index = frame.number(Codec.INDEX, 0);
        long indexTerm = frame.number(Codec.INDEX_TERM, 0);
        boolean trial = frame.flag(Codec.TRIAL, false);
        boolean fresh = frame.flag(Codec.FRESH, false);
        boolean done = frame.flag(Codec.DONE, false);
        long round = frame.number(Codec.ROUND, 0);
        long offset = frame.number(Codec.OFFSET, 0);
        return switch (frame.type()) {
            case Codec.ASK ->
                    new Ask(
                            term,
                            trial,
                            index,
                            indexTerm,
                            RaftState.Standing.of(frame.number(Codec.STANDING, 0)));
            case Codec.VOTE -> new Vote(term, trial, done, fresh);
            case Codec.APPEND ->
                    new Append(
                            term,
                            index,
                            indexTerm,
                            Codec.entries(frame, index),
                            frame.number(Codec.COMMIT, 0),
                            round,
                            frame.flag(Codec.FOUNDING, false),
                            frame.flag(Codec.TRUSTED, false),
                            frame.flag(Codec.SETTLED, false));
            case Codec.APPENDED -> new Appended(term, done, index, round, fresh);
            case Codec.PIECE ->
                    new Piece(
                            term,
                            index,
                            indexTerm,
                            offset,
                            frame.number(Codec.SIZE, 0),
                            RaftFrames.needed(frame, Codec.BYTES));
            case Codec.PIECE_TAKEN -> new PieceTaken(term, index, offset);
            default -> throw new IllegalStateException("unknown message " + frame.type());
        };
    }

    /** Numbers of the format. */
    final class Codec {
        static final int MAGIC = 0x5052_524d; // PRRM
        static final int VERSION = 1;
        static final int ASK = 1;
        static final int VOTE = 2;
        static final int APPEND = 3;
        static final int APPENDED = 4;
        static final int PIECE = 5;
        static final int PIECE_TAKEN = 6;
        static final int TERM = 1;
        static final int TRIAL = 2;
        static final int INDEX = 3;
        static final int INDEX_TERM = 4;
        static final int FRESH = 5;
        static final int DONE = 6;
        static final int COMMIT = 7;
        static final int ROUND = 8;
        static final int FOUNDING = 9;
        static final int SETTLED = 10;
        static final int ENTRY = 11;
        static final int OFFSET = 12;
        static final int SIZE = 13;
        static final int BYTES = 14;
        static final int STANDING = 15;
        static final int TRUSTED = 16;

        private Codec() {}

        private static List<RaftEntry> entries(FrameReader.Frame frame, long previous) {
            List<RaftEntry> entries = new ArrayList<>();
            for (byte[] bytes : frame.all(ENTRY)) {
                ByteBuffer in = ByteBuffer.wrap(bytes);
                if (in.remaining() < Long.BYTES) {
                    throw new IllegalStateException("an entry without its term");
                }
                long term = in.getLong();
                byte[] command = new byte[in.remaining()];
                in.get(command);
                entries.add(new RaftEntry(previous + entries.size() + 1, term, command));
            }
            return entries;
        }
    }
}
