package proa.node.line;

import proa.config.LogConfig.Field;
import proa.node.record.TrafficRecord;

import java.time.ZoneId;
import java.util.List;

/**
 * A JSON object for each line (RFC 8259), its keys always the same and in the same order; {@code
 * null} for numbers that there are not.
 */
final class JsonLines implements LineFormat {

    private final List<String> fields;
    private final Values values;

    JsonLines(List<String> fields, ZoneId zone) {
        this.fields = fields;
        this.values = new Values(zone);
    }

    @Override
    public void add(TrafficRecord record, Line to) {
        char separator = '{';
        for (Field field : Field.values()) {
            to.put(separator).put('"').add(field.word()).add("\":");
            value(field, record, to);
            separator = ',';
        }
        if (!fields.isEmpty()) {
            to.add(",\"headers\":");
            headers(record, to);
        }
        to.put('}');
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
            Values.text(field, record, to::addJson);
        }
        to.put('"');
    }

    private void headers(TrafficRecord record, Line to) {
        char separator = '{';
        for (int at = 0; at < fields.size(); at++) {
            String value = record.lineLength() == 0 ? null : record.field(at);
            to.put(separator).addJson(fields.get(at)).put(':');
            to.addJson(value == null ? "" : value);
            separator = ',';
        }
        to.put('}');
    }
}
