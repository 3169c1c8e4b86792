package proa.node.haproxy;

import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * {@code show errors}: how many messages were not passed on. Their bytes are not kept, since they
 * may have secrets; part of {@link Commands}.
 */
final class ErrorsCommand {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss.SSS", Locale.ROOT);

    private final Figures figures;
    private final InstantSource time;

    ErrorsCommand(Figures figures, InstantSource time) {
        this.figures = figures;
        this.time = time;
    }

    String show() {
        StringBuilder each = new StringBuilder();
        long total = 0;
        for (Figures.Refused refused : figures.refused()) {
            if (refused.requests() + refused.answers() > 0) {
                total += refused.requests() + refused.answers();
                each.append("frontend ")
                        .append(refused.frontend())
                        .append(": ")
                        .append(refused.requests())
                        .append(" requests refused (PR, PD), ")
                        .append(refused.answers())
                        .append(" answers malformed (PH); access logs have them\n");
            }
        }
        String now = TIME.format(time.instant().atZone(ZoneId.systemDefault()));
        return "Total events captured on [" + now + "] : " + total + "\n" + each;
    }
}
