package proa.cluster.replication;

import proa.cluster.replication.MessageCodec.Decoded;
import proa.cluster.tables.Buckets;
import proa.cluster.tables.Counts;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;

import java.util.List;
import java.util.Map;

/** Lets tests of other packages reach the codec. */
public final class CodecDoor {

    private CodecDoor() {}

    /** What the bytes are, and whether writing that gives bytes that are read as the same. */
    public static String read(byte[] bytes) {
        return switch (MessageCodec.decode(bytes)) {
            case Decoded.Broken _ -> "refused";
            case Decoded.TooNew _ -> "refused: too new";
            case Decoded.TooNewBatch(Origin origin, long number) ->
                    "refused: batch " + number + " of " + origin;
            case Decoded.Known(Message message) -> again(message);
        };
    }

    private static String again(Message message) {
        Decoded again = MessageCodec.decode(MessageCodec.encode(message));
        if (!again.equals(new Decoded.Known(message))) {
            throw new IllegalStateException("written and read again " + message + " is " + again);
        }
        return "whole " + message;
    }

    /** One message of every kind. */
    public static List<byte[]> examples() {
        Origin origin = new Origin(2, 7);
        Origin other = new Origin(1, 3);
        TableKey key = new TableKey(0, 0xffff_0a00_0001L);
        TableKey six = new TableKey(0x20010db8_00000000L, 7);
        long bucket = 1_000_000_000L;
        List<Section> sections =
                List.of(
                        new Section(
                                "t",
                                TableSchema.requestsOver(16 * bucket),
                                List.of(
                                        new Entry.Sticky(key, 900, 2, 901, 1 << 20, "web1"),
                                        new Entry.Sticky(six, 800, 3, 800, 0, null),
                                        new Entry.Slot(
                                                key,
                                                origin,
                                                4,
                                                Counts.of(bucket, Buckets.of(19, 6, 0, 300))))));
        return List.<Message>of(
                        new Message.Batch(origin, 5, 20 * bucket, 20 * bucket, 3, 4, sections),
                        new Message.Hello(origin, true, Map.of(origin, 9L, other, 3L)),
                        new Message.Pull(origin, other, 4, 6),
                        new Message.Overrun(origin, other),
                        new Message.PageRequest(origin, 3, 1L << 50, 8, false),
                        new Message.Page(
                                origin,
                                3,
                                0,
                                5,
                                Map.of(other, 1L),
                                List.of(new OriginTime(origin, 20 * bucket)),
                                sections,
                                70_000))
                .stream()
                .map(MessageCodec::encode)
                .toList();
    }
}
