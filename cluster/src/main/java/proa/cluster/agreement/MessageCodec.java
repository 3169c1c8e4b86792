package proa.cluster.agreement;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameReader.Frame;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Messages ↔ bytes, in the envelope of {@code proa.config.wire}. */
public final class MessageCodec {

    /** "PRAG": Proa agreement. */
    public static final int MAGIC = 0x50524147;

    private static final int VERSION = 1;

    /** A configuration file has at most 1 MiB, the rest is short. */
    private static final int BODY_BYTES_MAX = 2 << 20;

    /** So that many reasons of one node are enough. */
    private static final int REASONS_MAX = 200;

    private static final int STANDING = 1;
    private static final int PREPARE = 2;
    private static final int VOTE = 3;
    private static final int COMMIT = 4;
    private static final int DONE = 5;
    private static final int ABORT = 6;
    private static final int FETCH = 7;
    private static final int GIVE = 8;

    private static final int ID = 1;
    private static final int NUMBER = 2;
    private static final int HASH = 3;
    private static final int TROUBLE = 4;
    private static final int TEXT = 5;
    private static final int FILE = 6;
    private static final int BY = 7;
    private static final int NODE = 8;
    private static final int AT = 9;
    private static final int BASE = 10;
    private static final int DRY_RUN = 11;
    private static final int REASON = 12;

    private MessageCodec() {}

    /** One message. */
    public static byte[] encode(Message message) {
        return switch (message) {
            case Message.Standing(Stand stand) ->
                    frame(STANDING)
                            .number(NUMBER, stand.number())
                            .text(HASH, stand.hash())
                            .text(TROUBLE, stand.trouble())
                            .toBytes();
            case Message.Prepare(Proposal proposal) -> prepare(proposal);
            case Message.Vote(var id, var hash, var reasons) ->
                    reasons(frame(VOTE).text(ID, id).text(HASH, hash), reasons).toBytes();
            case Message.Commit(var id) -> frame(COMMIT).text(ID, id).toBytes();
            case Message.Done(var id, var reasons) ->
                    reasons(frame(DONE).text(ID, id), reasons).toBytes();
            case Message.Abort(var id) -> frame(ABORT).text(ID, id).toBytes();
            case Message.Fetch() -> frame(FETCH).toBytes();
            case Message.Give(Version version) -> version(frame(GIVE), version).toBytes();
        };
    }

    private static FrameWriter frame(int type) {
        return new FrameWriter(MAGIC, VERSION, VERSION, type);
    }

    private static byte[] prepare(Proposal proposal) {
        FrameWriter to = frame(PREPARE).text(ID, proposal.id()).flag(DRY_RUN, proposal.dryRun());
        proposal.bases().forEach(base -> to.text(BASE, base));
        return version(to, proposal.version()).toBytes();
    }

    private static FrameWriter version(FrameWriter to, Version version) {
        return to.number(NUMBER, version.number())
                .text(HASH, version.hash())
                .text(FILE, version.origin().file())
                .text(BY, version.origin().by())
                .text(NODE, version.origin().node())
                .number(AT, version.origin().atMillis())
                .text(TEXT, version.text());
    }

    private static FrameWriter reasons(FrameWriter to, List<String> reasons) {
        reasons.stream().limit(REASONS_MAX).forEach(reason -> to.text(REASON, reason));
        return to;
    }

    /** What bytes say; empty when they are for newer readers or broken. */
    public static Optional<Message> decode(byte[] bytes) {
        FrameReader reader = new FrameReader(MAGIC, VERSION, BODY_BYTES_MAX);
        reader.feed(ByteBuffer.wrap(bytes));
        return reader.next() instanceof FrameReader.Result.Whole(Frame frame)
                ? message(frame)
                : Optional.empty();
    }

    private static Optional<Message> message(Frame frame) {
        String id = frame.text(ID, "");
        return Optional.ofNullable(
                switch (frame.type()) {
                    case STANDING ->
                            new Message.Standing(
                                    new Stand(
                                            Math.max(0, frame.number(NUMBER, 0)),
                                            frame.text(HASH, ""),
                                            frame.text(TROUBLE, "")));
                    case PREPARE ->
                            new Message.Prepare(
                                    new Proposal(
                                            id,
                                            version(frame),
                                            texts(frame, BASE),
                                            frame.flag(DRY_RUN, false)));
                    case VOTE -> new Message.Vote(id, frame.text(HASH, ""), texts(frame, REASON));
                    case COMMIT -> new Message.Commit(id);
                    case DONE -> new Message.Done(id, texts(frame, REASON));
                    case ABORT -> new Message.Abort(id);
                    case FETCH -> new Message.Fetch();
                    case GIVE -> new Message.Give(version(frame));
                    default -> null;
                });
    }

    private static Version version(Frame frame) {
        return new Version(
                Math.max(0, frame.number(NUMBER, 0)),
                frame.text(HASH, ""),
                frame.text(TEXT, ""),
                new Version.Origin(
                        frame.text(FILE, ""),
                        frame.text(BY, ""),
                        frame.text(NODE, ""),
                        frame.number(AT, 0)));
    }

    private static List<String> texts(Frame frame, int tag) {
        return frame.all(tag).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }
}
