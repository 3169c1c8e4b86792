package proa.chaos.bench.program;

/** Proa as an operator would run it who changes nothing but says what long streams are. */
public final class ProaSettings {

    private ProaSettings() {}

    static String text(Service service, int port, int serverPort, int memberPort) {
        return """
        schema = 1
        cluster {
          name = bench
          insecure = true
          ports { members = %3$d }
          nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
        }
        frontends {
          bench { bind { address = "127.0.0.1", port = %1$d }, mode = %4$s, backend = servers %5$s }
        }
        backends { servers { servers = [ { name = one, address = "127.0.0.1:%2$d" } ] } }
        """
                .formatted(
                        port,
                        serverPort,
                        memberPort,
                        service.isTcp() ? "tcp" : "http",
                        more(service));
    }

    private static String more(Service service) {
        if (service.isSecured()) {
            return tls(service);
        }
        return service.bulk() ? ", profile = bulk" : "";
    }

    /** Ten thousand clients may come at once; the limits are for strangers. */
    private static String tls(Service service) {
        return """
        , limits { connections = 20k }
            tls { certificates = ["%s"], min-version = "TLSv1.3", handshakes { open = 20k, timeout = 1m } }\
        """
                .formatted(service.certificate());
    }

    /** HTTP with more than the defaults. */
    public static String text(Additions more, int port, int serverPort, int memberPort) {
        return """
        schema = 1
        cluster {
          name = bench
          insecure = true
          ports { members = %d }
          nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
        }
        tables { %s }
        frontends {
          bench {
            bind { address = "127.0.0.1", port = %d }, mode = http
            %s
            rules = [ %s ]
            routes = [
              %s
              { backend = servers }
            ]
          }
        }
        backends {
          servers {
            servers = [ { name = one, address = "127.0.0.1:%d" } ]
            %s
          }
        }
        """
                .formatted(
                        memberPort,
                        more.tables(),
                        port,
                        more.frontend(),
                        more.rules(),
                        more.routes(),
                        serverPort,
                        more.backend());
    }

    /** One member with certificates beside the file, and a server that is probed. */
    public static String start(int port, int serverPort, int memberPort) {
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

    /**
     * One of two members that count the requests of each client.
     *
     * @param port of its frontend
     * @param members ports of the cluster, the same for both: members, sessions, engine, mesh
     */
    static String counting(int port, int... members) {
        return """
        schema = 1
        %s
        tables { clients { key = src, expire = 30m, entries = 100k, count { requests { total = true } } } }
        frontends {
          bench {
            bind { address = "127.0.0.1", port = %d }, mode = http, backend = nobody
            timeouts { request = 50s, keep-alive = 50s }
            rules = [ { track = clients }, { respond { body = "" } } ]
          }
        }
        backends { nobody { servers = [ { name = one, address = "127.0.0.1:9" } ] } }
        """
                .formatted(pair(members), port);
    }

    /**
     * One of two members that keep sessions.
     *
     * @param port of its sessions frontend
     * @param members ports of the cluster, the same for both: members, sessions, engine, mesh
     */
    static String sessions(int port, int... members) {
        return """
        schema = 1
        %s
        frontends {
          sessions { bind { address = "127.0.0.1", port = %d }, mode = sessions, allow = ["127.0.0.0/8"] }
        }
        """
                .formatted(pair(members), port);
    }

    private static String pair(int... ports) {
        return """
        cluster {
          name = bench-state
          insecure = true
          ports { members = %d, sessions = %d, engine = %d, mesh = %d }
          nodes {
            lb1 { id = 1, addresses = ["127.0.0.2"] }
            lb2 { id = 2, addresses = ["127.0.0.3"] }
          }
        }\
        """
                .formatted(ports[0], ports[1], ports[2], ports[3]);
    }
}
