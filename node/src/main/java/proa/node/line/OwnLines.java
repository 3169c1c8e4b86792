package proa.node.line;

import proa.config.LogConfig.Field;
import proa.config.LogConfig.Piece;
import proa.node.record.TrafficRecord;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;

/** Lines in an operator's own form; what a client chose is escaped as in HAProxy's. */
final class OwnLines implements LineFormat {

    private final List<Piece> pieces;
    private final List<String> fields;
    private final Values values;

    OwnLines(List<Piece> pieces, List<String> fields, ZoneId zone) {
        this.pieces = pieces.stream().map(OwnLines::ready).toList();
        this.fields = fields;
        this.values = new Values(zone);
    }

    /** A line is made of bytes: a text goes in as those of its UTF-8. */
    private static Piece ready(Piece piece) {
        return piece instanceof Piece.Literal(String text)
                ? new Piece.Literal(
                        new String(
                                text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                : piece;
    }

    @Override
    public void add(TrafficRecord record, Line to) {
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Literal(String text) -> to.add(text);
                case Piece.Header(String name) -> header(name, record, to);
                case Piece.Value(Field of) -> value(of, record, to);
            }
        }
    }

    private void value(Field field, TrafficRecord record, Line to) {
        if (Values.isNumber(field)) {
            to.addNumber(Values.number(field, record));
        } else if (field == Field.TIME) {
            values.addTime(record, to);
        } else {
            values.text(field, record, false, to);
        }
    }

    private void header(String name, TrafficRecord record, Line to) {
        String value = record.lineLength() == 0 ? null : record.field(fields.indexOf(name));
        for (int at = 0; value != null && at < value.length(); at++) {
            char character = value.charAt(at);
            to.addEscaped(character > 0xff ? '?' : character, false);
        }
    }
}
