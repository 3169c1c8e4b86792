package proa.chaos.bench.program;

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
