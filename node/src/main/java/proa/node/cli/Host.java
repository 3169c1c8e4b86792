package proa.node.cli;

import proa.config.ClusterConfig.TlsFiles;
import proa.config.HttpOptions.ErrorPage;
import proa.config.Network;
import proa.config.ProaConfig;
import proa.config.file.KernelFiles;
import proa.config.file.MemberFiles;
import proa.config.tls.Expiry;
import proa.config.tls.PemFiles;
import proa.node.protocol.http1.ErrorPages;
import proa.node.reload.ClusterEngines;
import proa.node.reload.StartException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What matters about this machine, read once.
 *
 * @param interfaces every interface with its addresses
 * @param capabilities effective capabilities of this process, one bit each (capabilities(7))
 * @param arpIgnore {@code arp_ignore} in force for each interface
 * @param unprivilegedPortStart first port that needs no right to listen on
 * @param listening TCP sockets in state LISTEN, and UDP sockets that are connected to nobody
 * @param certificates this node's certificate and its authorities, with the time they have left
 * @param broken what is wrong with the certificate files
 * @param users what is wrong with the files of session users
 * @param pages what is wrong with the files of error pages
 * @param vip what vipd needs beyond that
 */
record Host(
        List<Interface> interfaces,
        long capabilities,
        Map<String, Integer> arpIgnore,
        int unprivilegedPortStart,
        List<ListeningSockets.Socket> listening,
        List<Expiry> certificates,
        Optional<String> broken,
        List<String> users,
        List<String> pages,
        VipHost vip) {

    private static final Path PROC_NET = Path.of("/proc/net");
    private static final Path IPV4 = Path.of("/proc/sys/net/ipv4");
    private static final int PORT_START_DEFAULT = 1024;
    private static final int CAP_NET_ADMIN = 12;

    Host {
        interfaces = List.copyOf(interfaces);
        arpIgnore = Map.copyOf(arpIgnore);
        listening = List.copyOf(listening);
        certificates = List.copyOf(certificates);
        users = List.copyOf(users);
        pages = List.copyOf(pages);
    }

    /** One interface; {@code addresses} are its own, {@code networks} what they reach directly. */
    record Interface(String name, boolean up, List<InetAddress> addresses, List<Network> networks) {
        Interface {
            addresses = List.copyOf(addresses);
            networks = List.copyOf(networks);
        }

        boolean reaches(InetAddress address) {
            return networks.stream().anyMatch(network -> network.contains(address));
        }
    }

    /** Reads the machine and the certificate files that the configuration names. */
    static Host read(ProaConfig config, Instant now) throws IOException {
        List<Interface> interfaces = new ArrayList<>();
        Map<String, Integer> arpIgnore = new HashMap<>();
        int everywhere = number(IPV4.resolve("conf/all/arp_ignore"), 0);
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            interfaces.add(one(each));
            Path own = IPV4.resolve("conf").resolve(each.getName()).resolve("arp_ignore");
            arpIgnore.put(each.getName(), Math.max(everywhere, number(own, 0)));
        }
        long capabilities = capabilities(Files.readString(Path.of("/proc/self/status")));
        List<Expiry> certificates = new ArrayList<>();
        Optional<String> broken =
                config.cluster().tls().flatMap(files -> certificates(files, now, certificates));
        return new Host(
                interfaces,
                capabilities,
                arpIgnore,
                number(IPV4.resolve("ip_unprivileged_port_start"), PORT_START_DEFAULT),
                listeningNow(),
                certificates,
                broken,
                config.frontends().stream()
                        .flatMap(frontend -> frontend.users().stream())
                        .distinct()
                        .flatMap(file -> usersTrouble(file).stream())
                        .toList(),
                config.frontends().stream()
                        .flatMap(frontend -> pagesTrouble(frontend.http().errorPages()).stream())
                        .toList(),
                VipHost.read(config, (capabilities >>> CAP_NET_ADMIN & 1) != 0));
    }

    /** The same without sockets of the node itself. */
    Host without(List<ListeningSockets.Socket> own) {
        return new Host(
                interfaces,
                capabilities,
                arpIgnore,
                unprivilegedPortStart,
                listening.stream()
                        .filter(
                                each ->
                                        own.stream()
                                                .noneMatch(one -> ListeningSockets.same(one, each)))
                        .toList(),
                certificates,
                broken,
                users,
                pages,
                vip);
    }

    private static List<ListeningSockets.Socket> listeningNow() throws IOException {
        List<ListeningSockets.Socket> sockets = new ArrayList<>();
        for (String file : List.of("tcp", "tcp6")) {
            sockets.addAll(ListeningSockets.parse(text(PROC_NET.resolve(file))));
        }
        for (String file : List.of("udp", "udp6")) {
            sockets.addAll(ListeningSockets.parseDatagrams(text(PROC_NET.resolve(file))));
        }
        return sockets;
    }

    private static Optional<String> pagesTrouble(List<ErrorPage> pages) {
        try {
            ErrorPages.read(pages);
            return Optional.empty();
        } catch (IOException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private static Optional<String> usersTrouble(Path file) {
        try {
            ClusterEngines.users(file);
            return Optional.empty();
        } catch (StartException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private static Interface one(NetworkInterface each) throws IOException {
        List<Network> networks = each.getInterfaceAddresses().stream().map(Host::network).toList();
        List<InetAddress> addresses =
                each.getInterfaceAddresses().stream().map(Host::plain).toList();
        return new Interface(each.getName(), each.isUp(), addresses, networks);
    }

    private static Network network(InterfaceAddress address) {
        return new Network(plain(address), address.getNetworkPrefixLength());
    }

    /** Without the scope that the JDK attaches to link-local addresses. */
    private static InetAddress plain(InterfaceAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress().getAddress());
        } catch (IOException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }

    /** {@code CapEff} of a {@code /proc/PID/status}. */
    static long capabilities(String status) {
        return status.lines()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElse(0L);
    }

    private static int number(Path file, int otherwise) throws IOException {
        String text = Files.isReadable(file) ? KernelFiles.text(file).strip() : "";
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    private static String text(Path file) throws IOException {
        return Files.isReadable(file) ? Files.readString(file) : "";
    }

    /** What is wrong with the files, if they make no context. */
    private static Optional<String> certificates(TlsFiles files, Instant now, List<Expiry> found) {
        try {
            expiries(files.certificate(), now, found);
            for (Path authority : files.authorities()) {
                expiries(authority, now, found);
            }
            MemberFiles.context(files);
            return Optional.empty();
        } catch (IOException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private static void expiries(Path file, Instant now, List<Expiry> found) throws IOException {
        try {
            for (X509Certificate certificate : PemFiles.certificates(MemberFiles.read(file))) {
                found.add(Expiry.of(certificate, now));
            }
        } catch (GeneralSecurityException wrong) {
            throw new IOException(file + ": " + wrong.getMessage(), wrong);
        }
    }
}
