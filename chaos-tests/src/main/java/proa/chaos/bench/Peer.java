package proa.chaos.bench;

import proa.chaos.bench.program.Program;
import proa.chaos.bench.program.Programs;
import proa.chaos.bench.program.Service;

import java.io.IOException;

/** Whom Proa is measured beside. */
enum Peer {
    /** The one that promises are about. */
    HAPROXY("haproxy") {
        @Override
        Program start(Programs programs, Service service, Program server) throws IOException {
            return programs.haproxy(service, server);
        }
    },

    NGINX("nginx") {
        @Override
        Program start(Programs programs, Service service, Program server) throws IOException {
            return programs.nginx(service, server);
        }
    };

    /** Ourselves, among their names. */
    static final String PROA = "proa";

    private final String label;

    Peer(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    abstract Program start(Programs programs, Service service, Program server) throws IOException;
}
