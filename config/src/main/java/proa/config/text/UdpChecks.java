package proa.config.text;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Route;
import proa.config.ProaConfig;

import java.util.Optional;

/** What frontends of mode udp get wrong together with others. */
final class UdpChecks {

    private final ProaConfig config;
    private final Report report;

    private UdpChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
    }

    static void check(ProaConfig config, Report report) {
        UdpChecks checks = new UdpChecks(config, report);
        for (FrontendConfig frontend : config.frontends()) {
            String where = "frontends." + frontend.name();
            if (frontend.mode() == Mode.UDP) {
                checks.udp(frontend, where);
            } else if (report.has(where + ".udp")) {
                report.conflict(where + ".udp", "`udp` needs `mode = udp`", "remove it");
            }
        }
    }

    private void udp(FrontendConfig frontend, String where) {
        if (frontend.bind() instanceof Bind.Fixed(var address, _) && address.isAnyLocalAddress()) {
            report.conflict(
                    where + ".bind.address",
                    "answers must come from the address that was asked, so each needs a frontend",
                    "one address of this machine");
        }
        if (frontend.http().proxyProtocol()) {
            report.conflict(
                    where + ".proxy-protocol",
                    "there is no PROXY header before datagrams",
                    "remove it");
        }
        if (frontend.tls().isPresent()) {
            report.conflict(
                    where + ".tls",
                    "`tls` is not for datagrams",
                    "remove it; DTLS passes as it is");
        }
        frontend.routes().stream()
                .map(Route::backend)
                .distinct()
                .map(config::backend)
                .flatMap(Optional::stream)
                .forEach(this::backend);
    }

    private void backend(BackendConfig backend) {
        String where = "backends." + backend.name();
        if (backend.proxyProtocol() != ProxyProtocol.OFF) {
            report.conflict(
                    where + ".proxy-protocol",
                    "there is no PROXY header before datagrams",
                    "remove it");
        }
        if (backend.tls().isPresent()) {
            report.conflict(where + ".tls", "`tls` is not for datagrams", "remove it");
        }
        if (backend.check().filter(UdpChecks::asksTheSamePortByTcp).isPresent()) {
            report.warn(
                    where + ".check",
                    "the check speaks TCP to a port that is sent datagrams",
                    "udp = [ … ], or port = N where something of the server answers TCP");
        }
    }

    private static boolean asksTheSamePortByTcp(Check check) {
        return check.port().isEmpty() && !(check.probe() instanceof Probe.Udp);
    }
}
