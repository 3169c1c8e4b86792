package proa.node.admin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What has happened to this node, newest last: each a line of the log and an entry that {@code proa
 * events} shows. Any thread.
 */
public final class Events {

    /** Where events are logged, one line of words and {@code key=value} each. */
    private static final Logger LOG = LoggerFactory.getLogger("proa.node.events");

    /** Entries kept; the oldest goes first. */
    public static final int KEPT_MAX = 512;

    private static final int TEXT_CHARACTERS_MAX = 500;

    private final InstantSource time;
    private final Deque<Event> kept = new ArrayDeque<>(); // guarded by this
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class); // guarded by this
    private long number; // guarded by this
    private Consumer<Event> listener = _ -> {}; // guarded by this

    /** What kinds there are. */
    public enum Kind {
        NODE,
        READY,
        SERVER,
        GROUP,
        RELOAD,
        VIEW,
        OPERATOR,
        ALARM;

        /** As it is shown. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One of them.
     *
     * @param number grows by one with each
     * @param subject what it happened to: a server as {@code backend/server}, a group …
     */
    public record Event(long number, Instant at, Kind kind, String subject, String text) {

        /** As values {@link Json} can write. */
        public Map<String, Object> document() {
            return Answer.ordered(
                    "number",
                    number,
                    "at",
                    at.toString(),
                    "kind",
                    kind.word(),
                    "subject",
                    subject,
                    "text",
                    text);
        }
    }

    /** None yet. */
    public Events(InstantSource time) {
        this.time = time;
    }

    /** Tells this one of those that are kept, and of each from now on; it must not wait. */
    public synchronized void listen(Consumer<Event> who) {
        kept.forEach(who);
        listener = who;
    }

    /** It happens now. */
    public void add(Kind kind, String subject, String text) {
        String whole = clean(text);
        Event event;
        synchronized (this) {
            event = new Event(++number, time.instant(), kind, clean(subject), whole);
            if (kept.size() == KEPT_MAX) {
                kept.removeFirst();
            }
            kept.addLast(event);
            counts.merge(kind, 1L, Long::sum);
            listener.accept(event);
        }
        LOG.info(
                "event={} kind={} subject={} text=\"{}\"",
                event.number,
                kind.word(),
                event.subject,
                whole);
    }

    /** Names may come from other members: no line of theirs becomes one of ours. */
    private static String clean(String text) {
        String line = text.replace('"', '\'').replaceAll("\\p{Cntrl}", " ");
        return line.length() > TEXT_CHARACTERS_MAX
                ? line.substring(0, TEXT_CHARACTERS_MAX) + "…"
                : line;
    }

    /** Those that are kept, oldest first. */
    public synchronized List<Event> all() {
        return new ArrayList<>(kept);
    }

    /** How many there were of a kind since the start. */
    public synchronized long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** For {@code proa events}. */
    public Map<String, Object> document() {
        return Answer.ordered("events", all().stream().map(Event::document).toList());
    }
}
