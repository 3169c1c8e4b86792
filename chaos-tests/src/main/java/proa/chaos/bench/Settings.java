package proa.chaos.bench;

import java.nio.file.Path;

/**
 * Configurations that ask the same of everybody: keep-alive both ways, X-Forwarded-For, no cookie.
 */
final class Settings {

    private static final String BODY =
            "one hundred and twenty-eight bytes of plain text. ".repeat(3);

    private Settings() {}

    static String nginx(Path folder, int port) {
        return """
        worker_processes 1;
        daemon off;
        pid %1$s/nginx.pid;
        error_log %1$s/nginx-error.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          keepalive_requests 100000000;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
          server {
            listen 127.0.0.1:%2$d;
            location / { default_type text/plain; return 200 "%3$s"; }
          }
        }
        """
                .formatted(folder, port, BODY.substring(0, 128));
    }

    static String haproxy(int port, int serverPort) {
        return """
        global
            maxconn 6000
            nbthread 1
        defaults
            mode http
            option forwardfor
            option http-keep-alive
            http-reuse always
            timeout connect 5s
            timeout client 50s
            timeout server 50s
        frontend bench
            bind 127.0.0.1:%d
            default_backend servers
        backend servers
            server one 127.0.0.1:%d
        """
                .formatted(port, serverPort);
    }

    static String proa(int port, int serverPort, int memberPort) {
        return """
        schema = 1
        cluster {
          name = bench
          insecure = true
          ports { members = %3$d }
          nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
        }
        frontends { bench { bind { address = "127.0.0.1", port = %1$d }, mode = http, backend = servers } }
        backends { servers { servers = [ { name = one, address = "127.0.0.1:%2$d" } ] } }
        """
                .formatted(port, serverPort, memberPort);
    }

    /** One member with certificates beside the file, and a server that is probed. */
    static String start(int port, int serverPort, int memberPort) {
        return """
        schema = 1
        cluster {
          name = start
          ports { members = %3$d }
          nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
          tls { certificate = "%%{node}.pem", key = "%%{node}.key", authorities = ["ca.pem"] }
        }
        frontends { http { bind { address = "127.0.0.1", port = %1$d }, mode = http, backend = shop } }
        backends {
          shop { check { http { get = "/health" } }, servers = [ { name = one, address = "127.0.0.1:%2$d" } ] }
        }
        """
                .formatted(port, serverPort, memberPort);
    }
}
