package proa.node.cli;

import proa.config.CarrierConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What of this machine matters to vipd beyond its interfaces, read once.
 *
 * @param tun whether there is {@code /dev/net/tun}
 * @param programs the operator's programs that cannot be run here, with what they are for
 * @param lease why the kernel cannot hold leases, as the {@code nft} program says; empty: it can,
 *     or nobody could be asked
 * @param forwarding why the kernel cannot forward what the file leaves to it
 * @param managed whether systemd-networkd runs and has not been told to leave vipd's devices alone
 */
record VipHost(
        boolean tun,
        List<String> programs,
        Optional<String> lease,
        Optional<String> forwarding,
        boolean managed) {

    /** A machine on which everything works. */
    static final VipHost FITTING =
            new VipHost(true, List.of(), Optional.empty(), Optional.empty(), false);

    /** As the package brings it; first in the order of names, so that no other one applies. */
    static final String NETWORK_FILE = "00-proa.network";

    private static final List<String> NETWORK_FOLDERS =
            List.of("etc/systemd/network", "run/systemd/network", "usr/lib/systemd/network");

    private static final long TIME_MAX_SECONDS = 10;

    private static final List<Path> NFT =
            List.of(Path.of("/usr/sbin/nft"), Path.of("/sbin/nft"), Path.of("/usr/bin/nft"));

    /** Sets with timeouts in both families, rules on ARP, and what passes a tail on. */
    private static final String LEASE =
            """
            table ip proa_check {
              set held { type ipv4_addr; flags timeout; }
              chain in { type filter hook prerouting priority -310; ip daddr @held counter drop; }
              chain tail { type filter hook prerouting priority -150; tcp flags & syn == 0 ct state new,invalid dup to 192.0.0.8 drop; }
            }
            table arp proa_check {
              set held { type ipv4_addr; flags timeout; }
              chain in { type filter hook input priority 0; arp daddr ip @held drop; }
            }
            """;

    /** The kernel's hash, maps by mark, translation, untracked rewriting, copies. */
    private static final String FORWARDING =
            """
            table ip proa_check {
              map nat { type mark : ipv4_addr . inet_service; }
              map raw { type mark : ipv4_addr; }
              set counted { type ipv4_addr . inet_service; counter; }
              chain pre { type nat hook prerouting priority -100; tcp dport 1 meta mark set jhash ip saddr . tcp sport mod 4093 seed 1 dnat to meta mark map @nat; }
              chain post { type nat hook postrouting priority 100; ip saddr . tcp sport @counted snat to 192.0.0.8:1; }
              chain rewrite { type filter hook prerouting priority -300; tcp dport 1 ip daddr set meta mark map @raw notrack; }
              chain direct { type filter hook prerouting priority -300; tcp dport 1 dup to meta mark map @raw drop; }
            }
            """;

    /** What {@code syn-proxy} needs. */
    private static final String SYN_PROXY =
            """
            table ip proa_check {
              chain syn { type filter hook prerouting priority -300; tcp dport 1 notrack; }
              chain guard { type filter hook input priority 0; tcp dport 1 synproxy mss 1440 wscale 7 timestamp sack-perm; }
            }
            """;

    VipHost {
        programs = List.copyOf(programs);
    }

    /**
     * Reads the machine.
     *
     * @param admin whether this process may ask the kernel's packet filter
     */
    static VipHost read(ProaConfig config, boolean admin) throws IOException {
        boolean carried =
                config.frontends().stream().anyMatch(each -> each.forwarding().byKernel());
        Optional<Path> nft = NFT.stream().filter(Files::isExecutable).findFirst();
        Optional<String> lease = Optional.empty();
        Optional<String> forwarding = Optional.empty();
        if (admin && nft.isPresent()) {
            lease = complaint(nft.get(), LEASE);
            boolean guarded =
                    config.frontends().stream().anyMatch(each -> each.synProxy().isPresent());
            String wanted = guarded ? FORWARDING + SYN_PROXY : FORWARDING;
            forwarding = carried ? complaint(nft.get(), wanted) : forwarding;
        } else if (carried && nft.isEmpty()) {
            forwarding = Optional.of("there is no nft program");
        }
        return new VipHost(
                Files.exists(Path.of("/dev/net/tun")),
                programs(config),
                lease,
                forwarding,
                managed(Path.of("/")));
    }

    /**
     * Whether somebody who manages interfaces would take vipd's for his own.
     *
     * @param root of the file system
     */
    static boolean managed(Path root) {
        return Files.isDirectory(root.resolve("run/systemd/netif"))
                && NETWORK_FOLDERS.stream()
                        .map(folder -> root.resolve(folder).resolve(NETWORK_FILE))
                        .noneMatch(Files::exists);
    }

    private static List<String> programs(ProaConfig config) {
        List<String> missing = new ArrayList<>();
        for (GroupConfig group : config.groups()) {
            Stream<String> hook =
                    group.carrier() instanceof CarrierConfig.Hook run
                            ? Stream.of(run.command().getFirst())
                            : Stream.empty();
            hook.filter(program -> !Files.isExecutable(Path.of(program)))
                    .forEach(
                            program ->
                                    missing.add(
                                            "the hook of group " + group.name() + ", " + program));
            group.track().scripts().stream()
                    .filter(script -> !Files.isExecutable(Path.of(script.command().getFirst())))
                    .forEach(
                            script ->
                                    missing.add(
                                            "script "
                                                    + script.name()
                                                    + " of group "
                                                    + group.name()
                                                    + ", "
                                                    + script.command().getFirst()));
        }
        return missing;
    }

    /** What the program says to a text that it only checks, with the kernel; empty: it is good. */
    private static Optional<String> complaint(Path nft, String text) throws IOException {
        Process process =
                new ProcessBuilder(nft.toString(), "-c", "-f", "-")
                        .redirectErrorStream(true)
                        .start();
        try (var in = process.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(TIME_MAX_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("nft does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return process.exitValue() == 0
                ? Optional.empty()
                : Optional.of(said.lines().findFirst().orElse("nft fails").strip());
    }
}
