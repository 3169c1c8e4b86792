package proa.node.line;

import proa.config.LogConfig.Field;
import proa.node.record.TrafficRecord;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/**
 * A JSON object for each line (RFC 8259), its keys always the same and in the same order; {@code
 * null} for numbers that there are not.
 */
final class JsonLines implements LineFormat {

    private static final List<Key> KEYS = Stream.of(Field.values()).map(JsonLines::key).toList();

    private final List<String> fields;
    private final Values values;

    JsonLines(List<String> fields, ZoneId zone) {
        this.fields = fields;
        this.values = new Values(zone);
    }

    @Override
    public void add(TrafficRecord record, Line to) {
        for (Key key : KEYS) {
            to.add(key.written);
            value(key.field, record, to);
        }
        if (!fields.isEmpty()) {
            to.add(",\"headers\":");
            headers(record, to);
        }
        to.put('}');
    }

    /** What stands before a value. */
    private record Key(Field field, byte[] written) {}

    private static Key key(Field field) {
        String before = field == Field.TIME ? "{\"" : ",\"";
        return new Key(field, (before + field.word() + "\":").getBytes(StandardCharsets.US_ASCII));
    }

    private void value(Field field, TrafficRecord record, Line to) {
        if (Values.isNumber(field)) {
            long number = Values.number(field, record);
            if (number < 0 || field == Field.STATUS && number == 0) {
                to.add("null");
            } else {
                to.addNumber(number);
            }
            return;
        }
        to.put('"');
        if (field == Field.TIME) {
            values.addTime(record, to);
        } else {
            values.text(field, record, true, to);
        }
        to.put('"');
    }

    private void headers(TrafficRecord record, Line to) {
        char separator = '{';
        for (int at = 0; at < fields.size(); at++) {
            String value = record.lineLength() == 0 ? null : record.field(at);
            to.put(separator).put('"').add(fields.get(at)).add("\":"); // a token
            to.addJson(value == null ? "" : value);
            separator = ',';
        }
        to.put('}');
    }
}
