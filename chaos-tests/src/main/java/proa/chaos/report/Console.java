package proa.chaos.report;

import com.google.errorprone.annotations.FormatMethod;

import java.io.PrintWriter;
import java.util.Locale;

/** Progress for a person: one line a step, with the seconds since the start. */
public final class Console {

    private final PrintWriter out;
    private final long begun = System.nanoTime();

    /** Begins to count the seconds. */
    public Console(PrintWriter out) {
        this.out = out;
    }

    /** A step, as soon as it is done or begun. */
    @FormatMethod
    public void step(String text, Object... arguments) {
        String line = String.format(Locale.ROOT, text, arguments);
        out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - begun) / 1e9, line);
        out.flush();
    }

    /** A line of the result. */
    @FormatMethod
    public void line(String text, Object... arguments) {
        out.println(String.format(Locale.ROOT, text, arguments));
        out.flush();
    }
}
