package proa.cluster.raft;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;

/** A snapshot that a leader sends in parts. Of one thread. */
final class RaftPieces {

    private ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private long index;

    /** Takes one; the whole snapshot if it was the last, else null. */
    RaftWork.@Nullable Installed take(RaftMessage.Piece piece) {
        if (index != piece.index() || piece.offset() == 0) {
            collected.reset();
            index = piece.index();
        }
        if (piece.offset() == collected.size()) {
            collected.writeBytes(piece.bytes());
        }
        if (collected.size() != piece.size()) {
            return null;
        }
        byte[] bytes = collected.toByteArray();
        collected = new ByteArrayOutputStream(); // one that is reset keeps its array
        index = 0;
        return new RaftWork.Installed(piece.index(), piece.indexTerm(), bytes);
    }

    /** Where the next one begins. */
    long next() {
        return collected.size();
    }
}
