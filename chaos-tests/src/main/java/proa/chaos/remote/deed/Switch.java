package proa.chaos.remote.deed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A host's own dead-man's switch: a process there that sleeps and then undoes a {@link Deed},
 * whatever has become of the drill and of SSH by then. It is armed before the deed is done. Scripts
 * of sh(1), run as root. Pure; any thread.
 */
public final class Switch {

    private static final String FOLDER = "/run/proa-drill/";

    /** What undoing a deed says when the drill did it. */
    public static final String UNDONE = "undone";

    /** What it says when the switch had done it before. */
    public static final String FIRED = "fired";

    private Switch() {}

    /** Every script begins like this; who is not root has no sbin in his path. */
    public static final String HEAD = "set -eu\numask 077\nPATH=$PATH:/usr/sbin:/sbin\n";

    static String file(String host, String id, String ending) {
        return FOLDER + host + "/" + id + "." + ending;
    }

    /**
     * Whose a deed is.
     *
     * @param machine the host name of the one that runs the drill
     * @param pid the process that does
     * @param startMillis when that process started, by the wall clock
     */
    public record Mark(String machine, long pid, long startMillis) {

        private String text() {
            return machine + " " + pid + " " + startMillis;
        }
    }

    /**
     * Arms it; fails when it does not sleep.
     *
     * @param seconds from now until it undoes the deed
     */
    public static String arm(Deed deed, int seconds, Mark mark) {
        String undo = file(deed.host(), deed.id(), "undo");
        String waiting = file(deed.host(), deed.id(), "switch");
        String pid = file(deed.host(), deed.id(), "pid");
        return HEAD
                + String.format(Locale.ROOT, "mkdir -p %s%s\n", FOLDER, deed.host())
                + String.format(
                        Locale.ROOT,
                        "cat >%s <<'PROA-DRILL'\n# %s\n# %s\n%s%sPROA-DRILL\n",
                        undo,
                        deed.what(),
                        mark.text(),
                        HEAD,
                        deed.undo())
                + String.format(
                        Locale.ROOT,
                        "cat >%s <<'PROA-DRILL'\n%sPROA-DRILL\n",
                        waiting,
                        sleeper(deed, seconds))
                + String.format(
                        Locale.ROOT,
                        """
                        if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
                          systemd-run --quiet --collect --unit=proa-drill-%1$s-%2$s sh %3$s
                        else
                          setsid sh %3$s </dev/null >/dev/null 2>&1 &
                        fi
                        tries=0
                        until [ -s %4$s ]; do
                          tries=$((tries + 1))
                          [ "$tries" -lt 100 ] || { echo "the dead-man's switch does not start" >&2; exit 1; }
                          sleep 0.05
                        done
                        """,
                        deed.host(),
                        deed.id(),
                        waiting,
                        pid);
    }

    /** What cannot be undone yet is tried again for a minute. */
    private static String sleeper(Deed deed, int seconds) {
        return String.format(
                Locale.ROOT,
                """
                echo $$ >%1$s
                sleep %2$d
                : >%6$s
                tries=0
                until sh %3$s >%4$s 2>&1; do
                  tries=$((tries + 1))
                  [ "$tries" -lt 12 ] || exit 1
                  sleep 5
                done
                mv %3$s %5$s
                """,
                file(deed.host(), deed.id(), "pid"),
                seconds,
                file(deed.host(), deed.id(), "undo"),
                file(deed.host(), deed.id(), "log"),
                file(deed.host(), deed.id(), "fired"),
                file(deed.host(), deed.id(), "firing"));
    }

    /**
     * Does the deed, unless its switch has fired: nothing would undo it any more. What the switch
     * overtakes meanwhile is undone here, since it may have looked before there was anything.
     */
    public static String commit(Deed deed) {
        return HEAD + (deed.stays() ? inTime(deed) : "") + deed.commit();
    }

    private static String inTime(Deed deed) {
        return String.format(
                Locale.ROOT,
                """
                late() { echo "its dead-man's switch has fired before it was done" >&2; exit 1; }
                [ -e %1$s ] && [ ! -e %2$s ] || late
                trap '[ ! -e %2$s ] || { sh %1$s 2>/dev/null || sh %3$s || true; late; }' EXIT
                """,
                file(deed.host(), deed.id(), "undo"),
                file(deed.host(), deed.id(), "firing"),
                file(deed.host(), deed.id(), "fired"));
    }

    /**
     * Undoes a deed and disarms its switch, which stays armed when undoing fails; says {@link
     * #UNDONE} or {@link #FIRED}. One that is undoing it at this moment is let do so, for five
     * seconds.
     */
    public static String undo(String host, String id) {
        return HEAD
                + String.format(
                        Locale.ROOT,
                        """
                        tries=0
                        while [ -e %7$s ] && [ -e %1$s ] && [ "$tries" -lt 50 ]; do
                          tries=$((tries + 1))
                          sleep 0.1
                        done
                        if [ -e %1$s ]; then
                          sh %1$s || { [ ! -e %1$s ] || exit 1; }
                        fi
                        if [ -e %2$s ]; then echo %5$s; else echo %6$s; fi
                        if [ -s %3$s ]; then
                          pid=$(cat %3$s)
                          if [ -e "/proc/$pid" ] &&
                            tr '\\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -F %4$s.switch; then
                            kill -KILL "-$pid" 2>/dev/null || true
                          fi
                        fi
                        rm -f %4$s.*
                        """,
                        file(host, id, "undo"),
                        file(host, id, "fired"),
                        file(host, id, "pid"),
                        FOLDER + host + "/" + id,
                        FIRED,
                        UNDONE,
                        file(host, id, "firing"));
    }

    /** Whether {@link #undo} says that the switch had done it before. */
    public static boolean hasFired(String printed) {
        return printed.lines().anyMatch(FIRED::equals);
    }

    /** Something that a drill has left on a host. */
    public record Left(String id, String what, Mark mark, boolean fired) {}

    /** Lists what is there, for {@link #read}. */
    public static String list(String host) {
        return HEAD
                + String.format(
                        Locale.ROOT,
                        """
                        for file in %1$s*.undo %1$s*.fired; do
                          [ -e "$file" ] || continue
                          echo "${file##*/}"
                          head -n 2 "$file"
                        done
                        """,
                        FOLDER + host + "/");
    }

    /** What {@link #list} has printed; anything else in it is left out. */
    public static List<Left> read(String printed) {
        List<Left> left = new ArrayList<>();
        List<String> lines = printed.lines().toList();
        for (int at = 0; at + 2 < lines.size(); at++) {
            String[] name = lines.get(at).split("\\.", -1);
            String[] mark = lines.get(at + 2).split(" ", -1);
            if (name.length == 2
                    && name[0].matches("[a-z0-9]+")
                    && lines.get(at + 1).startsWith("# ")
                    && mark.length == 4
                    && mark[2].matches("\\d{1,10}")
                    && mark[3].matches("\\d{1,15}")) {
                left.add(
                        new Left(
                                name[0],
                                lines.get(at + 1).substring(2),
                                new Mark(mark[1], Long.parseLong(mark[2]), Long.parseLong(mark[3])),
                                name[1].toLowerCase(Locale.ROOT).equals(FIRED)));
            }
        }
        return left;
    }
}
