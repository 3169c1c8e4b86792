package proa.cluster.replication;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Messages ↔ bytes: the envelope of {@code proa.config.wire} ({@code magic:4 version:1
 * minimumReader:1 type:2 length:4}), then {@code node:1 incarnation:8 number:8}, then what the type
 * needs. All big-endian.
 *
 * <p>Up to the number nothing ever changes, so that a reader that is too old for a batch still
 * knows which one it has skipped. Bytes after the known ones are skipped.
 */
final class MessageCodec {

    /** "PRTB": Proa tables. */
    static final int MAGIC = 0x50525442;

    /** What this reads; written is the version that a message needs to be understood. */
    static final int VERSION = 3;

    /** Of messages with entries of tables: version 1 knows one counter only. */
    private static final int ENTRIES_READER = 2;

    /** Of messages with counters that were cleared. */
    private static final int CLEARED_READER = 3;

    /** Of what is written while nothing was cleared. */
    private static final int PLAIN_VERSION = 2;

    private static final int ANY_READER = 1;

    /** Where a batch says when it was sent. */
    static final int SENT_POSITION = 12 + 17 + 8;

    /** Most bytes accepted in one message; a batch of 1,000 long entries has about 100,000. */
    static final int MESSAGE_BYTES_MAX = 8 << 20;

    private static final int LENGTH_POSITION = 8;
    private static final int HEADER_BYTES = 12;

    private static final int BATCH = 1;
    private static final int HELLO = 2;
    private static final int PULL = 3;
    private static final int OVERRUN = 4;
    private static final int PAGE_REQUEST = 5;
    private static final int PAGE = 6;
    private static final int ASK = 7;
    private static final int LOAN = 8;

    private MessageCodec() {}

    /** What bytes turned out to be. */
    sealed interface Decoded {
        /** A message this version may act on. */
        record Known(Message message) implements Decoded {}

        /** A batch for newer readers; it counts as received. */
        record TooNewBatch(Origin origin, long number) implements Decoded {}

        /** Any other message for newer readers, or of a type that has come since. */
        record TooNew() implements Decoded {}

        /** Not of this protocol, or cut short. */
        record Broken() implements Decoded {}
    }

    static byte[] encode(Message message) {
        ByteWriter to = new ByteWriter();
        int reader = reader(message);
        to.int32(MAGIC).int8(Math.max(PLAIN_VERSION, reader)).int8(reader);
        to.int16(type(message)).int32(0);
        long number = message instanceof Message.Batch batch ? batch.number() : 0;
        origin(message.origin(), to).int64(number);
        switch (message) {
            case Message.Batch batch -> batch(batch, to);
            case Message.Hello hello -> reached(hello.reached(), to.int8(hello.answer() ? 1 : 0));
            case Message.Pull pull -> origin(pull.of(), to).int64(pull.from()).int64(pull.to());
            case Message.Overrun overrun -> origin(overrun.of(), to);
            case Message.PageRequest request -> pageRequest(request, to);
            case Message.Page page -> page(page, to);
            case Message.Ask ask -> LoanCodec.write(ask, to);
            case Message.Loan loan -> LoanCodec.write(loan, to);
        }
        to.setInt32(LENGTH_POSITION, to.position() - HEADER_BYTES);
        return to.toBytes();
    }

    /** The same batch, sent at another time. */
    static byte[] sentAt(byte[] batch, long sentNanos) {
        byte[] copy = batch.clone();
        ByteBuffer.wrap(copy).putLong(SENT_POSITION, sentNanos);
        return copy;
    }

    static Decoded decode(byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        int magic = from.int32();
        int version = from.int8();
        int minimumReader = from.int8();
        int type = from.int16();
        int length = from.int32();
        int node = from.int8();
        Origin origin = new Origin(Math.max(node, 1), from.int64());
        long number = from.int64();
        boolean ours = magic == MAGIC && length == bytes.length - HEADER_BYTES && node > 0;
        if (!ours || from.broken() || bytes.length > MESSAGE_BYTES_MAX) {
            return new Decoded.Broken();
        }
        if (minimumReader > VERSION || type < BATCH || type > LOAN) {
            return type == BATCH ? new Decoded.TooNewBatch(origin, number) : new Decoded.TooNew();
        }
        Message message = body(type, version, origin, number, from);
        return from.broken() ? new Decoded.Broken() : new Decoded.Known(message);
    }

    private static Message body(
            int type, int version, Origin origin, long number, ByteReader from) {
        return switch (type) {
            case BATCH -> readBatch(version, origin, number, from);
            case HELLO -> new Message.Hello(origin, from.int8() == 1, readReached(from));
            case PULL -> new Message.Pull(origin, readOrigin(from), from.int64(), from.int64());
            case OVERRUN -> new Message.Overrun(origin, readOrigin(from));
            case PAGE_REQUEST -> readPageRequest(origin, from);
            case PAGE -> readPage(version, origin, from);
            case ASK -> LoanCodec.readAsk(origin, from);
            case LOAN -> LoanCodec.readLoan(origin, from);
            default -> throw new IllegalStateException("type " + type);
        };
    }

    private static int type(Message message) {
        return switch (message) {
            case Message.Batch _ -> BATCH;
            case Message.Hello _ -> HELLO;
            case Message.Pull _ -> PULL;
            case Message.Overrun _ -> OVERRUN;
            case Message.PageRequest _ -> PAGE_REQUEST;
            case Message.Page _ -> PAGE;
            case Message.Ask _ -> ASK;
            case Message.Loan _ -> LOAN;
        };
    }

    private static int reader(Message message) {
        return switch (message) {
            case Message.Batch batch -> reader(batch.sections());
            case Message.Page page -> reader(page.sections());
            case Message.Hello _,
                    Message.Pull _,
                    Message.Overrun _,
                    Message.PageRequest _,
                    Message.Ask _,
                    Message.Loan _ ->
                    ANY_READER;
        };
    }

    private static int reader(List<Section> sections) {
        boolean cleared =
                sections.stream()
                        .flatMap(section -> section.entries().stream())
                        .anyMatch(entry -> entry instanceof Entry.Slot slot && slot.since() != 0);
        return cleared ? CLEARED_READER : ENTRIES_READER;
    }

    private static void batch(Message.Batch batch, ByteWriter to) {
        to.int64(batch.madeNanos()).int64(batch.sentNanos()).variable(batch.waitedNanos());
        to.int64(batch.wallMillis());
        List<OriginTime> times = List.of(new OriginTime(batch.origin(), batch.madeNanos()));
        new SectionCodec(times).write(batch.sections(), to);
    }

    private static Message readBatch(int version, Origin origin, long number, ByteReader from) {
        long madeNanos = from.int64();
        long sentNanos = from.int64();
        long waitedNanos = from.variable();
        long wallMillis = from.int64();
        List<OriginTime> times = List.of(new OriginTime(origin, madeNanos));
        List<Section> sections = new SectionCodec(times).read(version, from);
        return new Message.Batch(
                origin, number, madeNanos, sentNanos, waitedNanos, wallMillis, sections);
    }

    private static void pageRequest(Message.PageRequest request, ByteWriter to) {
        to.int64(request.transfer()).int64(request.cursor());
        to.int8(request.pages()).int8(request.more() ? 1 : 0);
    }

    /** Who asks for nothing more than a cursor gets one page. */
    private static Message readPageRequest(Origin origin, ByteReader from) {
        long transfer = from.int64();
        long cursor = from.int64();
        boolean told = from.remaining() > 0;
        int pages = told ? Math.max(1, from.int8()) : 1;
        return new Message.PageRequest(origin, transfer, cursor, pages, told && from.int8() == 1);
    }

    private static void page(Message.Page page, ByteWriter to) {
        to.int64(page.transfer()).int64(page.cursor()).int64(page.next());
        reached(page.reached(), to);
        to.variable(page.times().size());
        for (OriginTime time : page.times()) {
            origin(time.origin(), to).int64(time.nowNanos());
        }
        new SectionCodec(page.times()).write(page.sections(), to);
        to.variable(page.expected());
    }

    private static Message readPage(int version, Origin origin, ByteReader from) {
        long transfer = from.int64();
        long cursor = from.int64();
        long next = from.int64();
        Map<Origin, Long> reached = readReached(from);
        List<OriginTime> times = new ArrayList<>();
        for (int left = from.count(); left > 0 && !from.broken(); left--) {
            times.add(new OriginTime(readOrigin(from), from.int64()));
        }
        List<Section> sections = new SectionCodec(times).read(version, from);
        long expected = from.remaining() > 0 ? from.variable() : 0; // not by members of before
        return new Message.Page(origin, transfer, cursor, next, reached, times, sections, expected);
    }

    private static void reached(Map<Origin, Long> reached, ByteWriter to) {
        to.variable(reached.size());
        // In one order, so that equal messages are equal bytes.
        Map<Origin, Long> sorted = new TreeMap<>(ORDER);
        sorted.putAll(reached);
        sorted.forEach((origin, number) -> origin(origin, to).int64(number));
    }

    private static Map<Origin, Long> readReached(ByteReader from) {
        Map<Origin, Long> reached = new HashMap<>();
        for (int left = from.count(); left > 0 && !from.broken(); left--) {
            reached.put(readOrigin(from), from.int64());
        }
        return reached;
    }

    private static ByteWriter origin(Origin origin, ByteWriter to) {
        return to.int8(origin.node()).int64(origin.incarnation());
    }

    private static Origin readOrigin(ByteReader from) {
        int node = from.int8();
        if (node < 1) {
            from.breakOff();
        }
        return new Origin(Math.max(node, 1), from.int64());
    }

    private static final java.util.Comparator<Origin> ORDER =
            java.util.Comparator.comparingInt(Origin::node).thenComparingLong(Origin::incarnation);
}
