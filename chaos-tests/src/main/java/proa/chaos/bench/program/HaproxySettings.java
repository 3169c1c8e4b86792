package proa.chaos.bench.program;

import java.nio.file.Path;

/**
 * HAProxy as it is at its best here: one thread, no log, connections to servers shared, one cipher
 * suite. Long streams are spliced, which {@code option splice-auto} did not do.
 */
final class HaproxySettings {

    private HaproxySettings() {}

    static String text(Service service, int port, int serverPort) {
        return """
        global
            maxconn 6000
            nbthread 1
            ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
            ssl-default-bind-options ssl-min-ver TLSv1.3
        defaults
        %s
            timeout connect 5s
            timeout client 50s
            timeout server 50s
        frontend bench
            bind 127.0.0.1:%d%s
            default_backend servers
        backend servers
            server one 127.0.0.1:%d
        """
                .formatted(service.isTcp() ? tcp(service) : HTTP, port, bind(service), serverPort);
    }

    /**
     * One of two that count the requests of each client and tell each other, {@code lb1} and {@code
     * lb2}.
     *
     * @param port of its frontend
     * @param socket where it takes commands
     * @param first port on which the first hears the second
     * @param second and the other way round
     */
    static String peers(int port, Path socket, int first, int second) {
        return """
        global
            maxconn 6000
            stats socket %s mode 600 level admin
        defaults
            mode http
            timeout connect 5s
            timeout client 50s
            timeout server 50s
        peers members
            peer lb1 127.0.0.1:%d
            peer lb2 127.0.0.1:%d
        frontend bench
            bind 127.0.0.1:%d
            http-request track-sc0 src table clients
            http-request return status 200
        backend clients
            stick-table type ip size 1m expire 30m peers members store http_req_cnt,gpc0
        """
                .formatted(socket, first, second, port);
    }

    private static String bind(Service service) {
        String version = service.isHttp2() ? " alpn h2" : "";
        return service.isSecured() ? " ssl crt " + service.certificate() + version : "";
    }

    private static final String HTTP =
            """
                mode http
                option forwardfor
                option http-keep-alive
                http-reuse always\
            """;

    private static String tcp(Service service) {
        return service.bulk()
                ? """
                    mode tcp
                    option splice-request
                    option splice-response\
                """
                : "    mode tcp";
    }
}
