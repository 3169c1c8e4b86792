package proa.node.line;

import proa.config.LogConfig.Format;
import proa.config.LogConfig.Piece;
import proa.node.record.TrafficRecord;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** Writes lines of one form. One thread. */
public interface LineFormat {

    /** Adds the line for what has ended. */
    void add(TrafficRecord record, Line to);

    /**
     * What lines tell besides.
     *
     * @param zone of dates
     * @param nodeConnections client connections of all frontends
     * @param frontendConnections those of this one
     * @param identified whether requests have ids
     */
    record Surroundings(
            ZoneId zone,
            IntSupplier nodeConnections,
            IntSupplier frontendConnections,
            boolean identified) {}

    /**
     * The form that is configured.
     *
     * @param fields names of the request fields that {@link TrafficRecord#field} has
     */
    static LineFormat of(Format format, List<String> fields, Surroundings around) {
        return switch (format) {
            case Format.Httplog _ -> new HaproxyLines(around, true);
            case Format.Tcplog _ -> new HaproxyLines(around, false);
            case Format.Json _ -> new JsonLines(fields, around.zone());
            case Format.Own(List<Piece> pieces) -> new OwnLines(pieces, fields, around.zone());
        };
    }

    /** The request fields that a record must keep for this form. */
    static List<String> fields(Format format, List<String> configured) {
        List<String> fields = new ArrayList<>(configured);
        if (format instanceof Format.Own(List<Piece> pieces)) {
            for (Piece piece : pieces) {
                if (piece instanceof Piece.Header(String name) && !fields.contains(name)) {
                    fields.add(name);
                }
            }
        }
        return List.copyOf(fields);
    }
}
