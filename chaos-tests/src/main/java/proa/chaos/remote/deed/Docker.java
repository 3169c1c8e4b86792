package proa.chaos.remote.deed;

import proa.config.drill.Targets;

import java.util.List;
import java.util.Locale;

/**
 * Command lines of Docker's client, and what a container needs for scripts that are written for
 * machines with systemd. Pure; any thread.
 */
public final class Docker {

    private static final String BIN = "/run/proa-drill/bin";

    /**
     * What of systemd's a drill uses. The first process of the container starts a process anew that
     * has ended; one that is started here is waited for.
     */
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            set -eu
            find() {
              case $1 in *vipd*) main=proa.vip.loop.Vipd ;; *) main=proa.node.cli.Proa ;; esac
              for status in /proc/[0-9]*/status; do
                folder=${status%/status}
                grep -q '^PPid:.1$' "$status" 2>/dev/null || continue
                tr '\\0' '\\n' 2>/dev/null <"$folder/cmdline" | grep -q -x -F "$main" || continue
                echo "${folder##*/}"
                return
              done
              echo 0
            }
            verb=$1
            shift
            [ "$verb" != reset-failed ] || exit 0
            for unit; do
              case $unit in -*) continue ;; esac
              case $verb in
              show) find "$unit" ;;
              start)
                tries=0
                until [ "$(find "$unit")" -gt 1 ]; do
                  tries=$((tries + 1))
                  [ "$tries" -lt 600 ] || { echo "$unit is not started again" >&2; exit 1; }
                  sleep 0.1
                done
                ;;
              *) echo "not in a container: $verb" >&2; exit 1 ;;
              esac
            done
            """;

    private Docker() {}

    /** Runs a script from its standard input in the container. */
    public static List<String> script(String container) {
        return List.of(
                "docker",
                "exec",
                "-i",
                "-e",
                "PATH=" + BIN + ":/usr/sbin:/usr/bin:/sbin:/bin",
                container,
                "sh",
                "-s");
    }

    /** Asks for the process of this machine that is the container's first; 0: it does not run. */
    public static List<String> process(String container) {
        return List.of("docker", "container", "inspect", "--format", "{{.State.Pid}}", container);
    }

    /** Puts {@code systemctl} there, before anything else is run; may run twice. */
    public static String prepare() {
        return Switch.HEAD
                + String.format(
                        Locale.ROOT,
                        """
                        mkdir -p %1$s
                        cat >%1$s/systemctl <<'PROA-SYSTEMCTL'
                        %2$sPROA-SYSTEMCTL
                        chmod 755 %1$s/systemctl
                        """,
                        BIN,
                        SYSTEMCTL);
    }

    /** What a process of this machine is reached by as a file: a socket in its container. */
    public static String socket(long process, Targets.Host host, String name) {
        return "/proc/" + process + "/root" + host.runDirectory() + "/" + name;
    }
}
