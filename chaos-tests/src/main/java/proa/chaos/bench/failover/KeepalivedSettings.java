package proa.chaos.bench.failover;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * keepalived and HAProxy as they are at their best here.
 *
 * <p>keepalived's {@code vrrp_track_process} hears of a process's end from the kernel at once, but
 * not inside a network namespace, where the kernel has no such events. Instead a script waits for
 * HAProxy's end and writes it to a tracked file, of which keepalived hears as fast. A hung HAProxy
 * is noticed by a tracked program, which runs once a second, the most often that keepalived can.
 */
final class KeepalivedSettings {

    /** Where HAProxy answers a probe by itself. */
    private static final int MONITOR_PORT = 8099;

    /** Runs HAProxy and says in a file whether it does. */
    static final String HAPROXY_SCRIPT =
            """
            haproxy -db -f haproxy.cfg &
            echo 0 > haproxy.state
            wait $!
            echo -254 > haproxy.state
            """;

    private KeepalivedSettings() {}

    static String haproxy(Map<String, String> servers) {
        return """
        global
            maxconn 6000
            nbthread 1
        defaults
            mode http
            option http-keep-alive
            http-reuse always
            timeout connect 5s
            timeout client 50s
            timeout server 50s
        frontend monitor
            bind 127.0.0.1:%d
            monitor-uri /
        frontend web
            bind :80
            default_backend servers
        backend servers
        %s
        """
                .formatted(
                        MONITOR_PORT,
                        servers.entrySet().stream()
                                .map(each -> "    server " + each.getKey() + " " + each.getValue())
                                .collect(Collectors.joining("\n")));
    }

    /**
     * Priorities near 255 keep the skew time short (RFC 9568 §6.1), and nobody takes the address
     * back, as with Proa's default.
     *
     * @param folder where HAProxy's script writes
     */
    static String keepalived(String address, int priority, Duration interval, Path folder) {
        return """
        global_defs {
          vrrp_version 3
          script_user root
          enable_script_security
          vrrp_garp_master_delay 1
          vrrp_priority -10
        }
        track_file haproxy {
          file %1$s
          weight 1
          init_file 0
        }
        vrrp_script answers {
          script "/usr/bin/curl -s -f -o /dev/null -m 1 http://127.0.0.1:%2$d/"
          interval 1
          timeout 1
          fall 1
          rise 1
        }
        vrrp_instance web {
          state BACKUP
          nopreempt
          interface eth0
          virtual_router_id 81
          priority %3$d
          advert_int %4$s
          virtual_ipaddress {
            %5$s/32
          }
          track_file {
            haproxy
          }
          track_script {
            answers
          }
        }
        """
                .formatted(
                        folder.resolve("haproxy.state"),
                        MONITOR_PORT,
                        priority,
                        BigDecimal.valueOf(interval.toMillis(), 3)
                                .stripTrailingZeros()
                                .toPlainString(),
                        address);
    }
}
