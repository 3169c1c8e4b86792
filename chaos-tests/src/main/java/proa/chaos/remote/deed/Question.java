package proa.chaos.remote.deed;

import proa.config.drill.Targets;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What hosts are asked before and after drills; nothing of it changes anything. Pure. */
public final class Question {

    private static final Pattern HARDWARE_ADDRESS =
            Pattern.compile("link/ether ((?:\\p{XDigit}{2}:){5}\\p{XDigit}{2}) ");

    private Question() {}

    /** Whether the host is what the target file says; fails with a line that says what is not. */
    public static String isFit(Targets.Host host) {
        return Switch.HEAD
                + String.format(
                        Locale.ROOT,
                        """
                        ip -o link show dev %1$s || { echo "no interface %1$s" >&2; exit 1; }
                        [ "$(id -u)" = 0 ] || { echo "not root: use another \\`user\\`, or \\`sudo\\`" >&2; exit 1; }
                        for tool in %2$s setsid systemctl; do
                          command -v "$tool" >/dev/null || { echo "no program $tool" >&2; exit 1; }
                        done
                        for unit in %3$s %4$s; do
                          pid=$(systemctl show --property=MainPID --value "$unit")
                          [ "${pid:-0}" -gt 1 ] || { echo "$unit does not run" >&2; exit 1; }
                        done
                        """,
                        host.interfaceName(),
                        host.command(),
                        host.units().node(),
                        host.units().vipd());
    }

    /** The interface's hardware address, of what {@link #isFit} has printed. */
    public static Optional<String> hardwareAddress(String printed) {
        Matcher matcher = HARDWARE_ADDRESS.matcher(printed);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Whether frames can be dropped on the way in and out: chains that drop nothing. */
    public static String canCut(Targets.Host host) {
        return Switch.HEAD
                + String.format(
                        Locale.ROOT,
                        """
                        command -v nft >/dev/null || { echo "no program nft" >&2; exit 1; }
                        nft -f - <<'RULES'
                        table netdev proa_drill_try {
                          chain receiving { type filter hook ingress device "%1$s" priority -500; policy accept; }
                          chain sending { type filter hook egress device "%1$s" priority -500; policy accept; }
                        }
                        delete table netdev proa_drill_try
                        RULES
                        """,
                        host.interfaceName());
    }

    /**
     * What a process holds, as one line: its id, descriptors and resident KiB.
     *
     * @param collect whether it is a Java process that is to collect its garbage first; then its
     *     heap and its mappings follow
     */
    public static String footprint(String unit, boolean collect) {
        String heap =
                collect
                        ? """
                        jcmd=$(dirname "$(readlink "/proc/$pid/exe")")/jcmd
                        if [ -x "$jcmd" ] && "$jcmd" "$pid" GC.run >/dev/null 2>&1; then
                          heap=$("$jcmd" "$pid" GC.heap_info 2>/dev/null) || heap=
                        fi
                        """
                        : "";
        return Switch.HEAD
                + String.format(
                        Locale.ROOT, "pid=$(systemctl show --property=MainPID --value %s)\n", unit)
                + "[ \"${pid:-0}\" -gt 1 ] || exit 0\nheap=\n"
                + heap
                + """
                resident=$(sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' "/proc/$pid/status")
                echo "$pid $(ls "/proc/$pid/fd" | wc -l) $resident"
                if [ -n "$heap" ]; then
                  echo "--heap"
                  echo "$heap"
                  echo "--mappings"
                  grep -E '^[0-9a-f]+-[0-9a-f]+ |^Rss:' "/proc/$pid/smaps"
                fi
                """;
    }
}
