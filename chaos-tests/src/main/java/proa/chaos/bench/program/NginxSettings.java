package proa.chaos.bench.program;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * nginx as a balancer, and as the server of long streams: one worker, no log, connections to the
 * server kept, one cipher suite, large pieces for long streams.
 */
final class NginxSettings {

    /** Size of the file that the server has for long streams. */
    static final int BULK_BYTES = 16 << 20;

    /** Where Debian has what {@code stream} needs; elsewhere it is in the program. */
    private static final Path STREAM_MODULE =
            Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    private NginxSettings() {}

    /** {@code /bulk}: the file of that name in the folder. */
    static String server(Path folder, int port) {
        return head(folder)
                + http(
                        folder,
                        """
                          server {
                            listen 127.0.0.1:%d backlog=4096;
                            location = /bulk { root %s; sendfile on; sendfile_max_chunk 0; tcp_nopush on; }
                          }
                        """
                                .formatted(port, folder));
    }

    static String balancer(Path folder, Service service, int port, int serverPort) {
        return service.isTcp()
                ? stream(folder, service, port, serverPort)
                : head(folder) + http(folder, proxy(service, port, serverPort));
    }

    private static String head(Path folder) {
        return """
        worker_processes 1;
        daemon off;
        pid %1$s/nginx.pid;
        error_log %1$s/nginx-error.log;
        events { worker_connections 16384; multi_accept on; }
        """
                .formatted(folder);
    }

    private static String http(Path folder, String content) {
        return """
        http {
          access_log off;
          keepalive_requests 100000000;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
        %2$s
        }
        """
                .formatted(folder, content);
    }

    private static String proxy(Service service, int port, int serverPort) {
        return """
          upstream servers { server 127.0.0.1:%2$d; keepalive 1024; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:%1$d %3$s backlog=4096;
            %4$s
            location / {
              proxy_pass http://servers;
              proxy_http_version 1.1;
              proxy_set_header Host $http_host;
              proxy_set_header Connection "";
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            }
          }
        """
                .formatted(
                        port,
                        serverPort,
                        service.isHttp2() ? "ssl http2" : service.isSecured() ? "ssl" : "",
                        service.isSecured() ? tls(service) : "");
    }

    private static String tls(Service service) {
        return """
        ssl_certificate %1$s; ssl_certificate_key %1$s; ssl_protocols TLSv1.3;
            ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;\
        """
                .formatted(service.certificate());
    }

    private static String stream(Path folder, Service service, int port, int serverPort) {
        String module = Files.exists(STREAM_MODULE) ? "load_module " + STREAM_MODULE + ";\n" : "";
        return module
                + head(folder)
                + """
                stream {
                  server {
                    listen 127.0.0.1:%d backlog=4096; proxy_pass 127.0.0.1:%d; tcp_nodelay on;
                    proxy_buffer_size %s;
                  }
                }
                """
                        .formatted(port, serverPort, service.bulk() ? "256k" : "16k");
    }
}
