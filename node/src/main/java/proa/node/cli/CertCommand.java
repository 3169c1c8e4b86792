package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import proa.config.ClusterConfig;
import proa.config.command.Subcommand;
import proa.config.file.MemberFiles;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;
import proa.config.tls.TicketSecret;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code proa cert}: the authority of a cluster and the certificates of its nodes, as PEM files in
 * one folder: {@code ca.pem}, {@code ca.key}, {@code NODE.pem}, {@code NODE.key}; and {@code
 * tickets.secret} for clients' sessions. Keys get mode 0600, and none is ever replaced unasked.
 */
@Command(
        name = "cert",
        description = "Make the cluster's authority and the nodes' certificates.",
        mixinStandardHelpOptions = true)
public final class CertCommand implements Subcommand {

    private static final String AUTHORITY = "ca";
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    @Spec private @Nullable CommandSpec spec;

    private final SecureRandom random = new SecureRandom();

    @Override
    public Integer call() {
        throw wrong("which of authority, node, cluster, tickets?");
    }

    @Command(
            name = "authority",
            description = "Make the authority of a new cluster: ca.pem and ca.key.",
            mixinStandardHelpOptions = true)
    int authority(
            @Option(names = "--cluster", required = true, paramLabel = "NAME") String cluster,
            @Option(names = "--out", required = true, paramLabel = "DIR") Path folder,
            @Option(names = "--force", description = "replace an authority that is there")
                    boolean force)
            throws IOException, GeneralSecurityException {
        name("--cluster", cluster);
        CertificateFiles files = new CertificateFiles(folder);
        write(files, AUTHORITY, ClusterAuthority.create(cluster, Instant.now(), random), force);
        return 0;
    }

    @Command(
            name = "node",
            description = "Make a node's certificate with the authority in the same folder.",
            mixinStandardHelpOptions = true)
    int node(
            @Option(names = "--cluster", required = true, paramLabel = "NAME") String cluster,
            @Option(names = "--node", required = true, paramLabel = "NAME") String node,
            @Option(names = "--address", required = true, paramLabel = "IP", arity = "1..*")
                    List<String> addresses,
            @Option(names = "--out", required = true, paramLabel = "DIR") Path folder,
            @Option(
                            names = "--days",
                            defaultValue = "825",
                            description = "how long it lasts (${DEFAULT-VALUE})")
                    int days,
            @Option(names = "--force", description = "replace a key that is there") boolean force)
            throws IOException, GeneralSecurityException {
        name("--cluster", cluster);
        name("--node", node);
        if (days < 1 || days > ClusterAuthority.AUTHORITY_LIFE.toDays()) {
            throw wrong("--days is 1 to " + ClusterAuthority.AUTHORITY_LIFE.toDays());
        }
        CertificateFiles files = new CertificateFiles(folder);
        ClusterAuthority authority = authorityOf(files, cluster);
        Issued issued =
                authority.issue(
                        node, literals(addresses), Instant.now(), Duration.ofDays(days), random);
        write(files, node, issued, force);
        return 0;
    }

    @Command(
            name = "cluster",
            description = "Make what is missing for every node of a configuration file.",
            mixinStandardHelpOptions = true)
    int cluster(
            @Option(
                            names = {"-c", "--config"},
                            required = true,
                            paramLabel = "FILE")
                    Path file,
            @Option(names = "--out", required = true, paramLabel = "DIR") Path folder)
            throws IOException, GeneralSecurityException {
        return switch (ConfigReader.read(file, Optional.empty())) {
            case Outcome.Refused refused -> {
                ConfigFile.print(refused.violations(), err());
                yield CheckCommand.REFUSED;
            }
            case Outcome.Ok sound -> {
                everyNode(sound.config().cluster(), new CertificateFiles(folder));
                yield 0;
            }
        };
    }

    @Command(
            name = "tickets",
            description =
                    "Make the secret of session tickets, which every node must have:"
                            + " tickets.secret.",
            mixinStandardHelpOptions = true)
    int tickets(
            @Option(names = "--out", required = true, paramLabel = "DIR") Path folder,
            @Option(names = "--force", description = "replace a secret that is there")
                    boolean force)
            throws IOException {
        CertificateFiles files = new CertificateFiles(folder);
        files.writeTickets(TicketSecret.file(TicketSecret.random(random)), force);
        out().println("written " + files.tickets());
        return 0;
    }

    private void everyNode(ClusterConfig cluster, CertificateFiles files)
            throws IOException, GeneralSecurityException {
        Instant now = Instant.now();
        if (!files.whole(AUTHORITY)) {
            write(files, AUTHORITY, ClusterAuthority.create(cluster.name(), now, random), false);
        }
        ClusterAuthority authority = authorityOf(files, cluster.name());
        for (ClusterConfig.Node node : cluster.nodes()) {
            if (files.whole(node.name())) {
                out().println("kept    " + files.certificate(node.name()));
                continue;
            }
            Issued issued =
                    authority.issue(
                            node.name(), node.addresses(), now, ClusterAuthority.NODE_LIFE, random);
            write(files, node.name(), issued, false);
        }
    }

    private ClusterAuthority authorityOf(CertificateFiles files, String cluster)
            throws IOException {
        Path certificate = files.certificate(AUTHORITY);
        if (!Files.exists(certificate)) {
            throw new IOException(
                    certificate
                            + " is missing; make it first: proa cert authority --cluster "
                            + cluster
                            + " --out "
                            + files.folder());
        }
        ClusterAuthority authority;
        try {
            authority =
                    ClusterAuthority.of(
                            MemberFiles.read(certificate), MemberFiles.read(files.key(AUTHORITY)));
        } catch (GeneralSecurityException damaged) {
            throw new IOException(certificate + ": " + damaged.getMessage(), damaged);
        }
        if (!authority.cluster().equals(cluster)) {
            throw new IOException(
                    certificate
                            + " is the authority of cluster \""
                            + authority.cluster()
                            + "\", not of \""
                            + cluster
                            + "\"");
        }
        return authority;
    }

    private void write(CertificateFiles files, String name, Issued issued, boolean force)
            throws IOException {
        files.write(name, issued, force);
        out().println("written " + files.certificate(name) + " and " + files.key(name));
    }

    private void name(String option, String name) {
        if (!name.matches(NAME) || (option.equals("--node") && name.equals(AUTHORITY))) {
            throw wrong(
                    option
                            + " \""
                            + name
                            + "\": letters, digits, `.`, `_` and `-`, at most 63; not \"ca\" for a"
                            + " node");
        }
    }

    private List<InetAddress> literals(List<String> addresses) {
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses) {
            try {
                found.add(InetAddress.ofLiteral(address));
            } catch (IllegalArgumentException _) {
                throw wrong("--address \"" + address + "\" is not an IP address");
            }
        }
        return found;
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        return spec;
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private PrintWriter err() {
        return spec().commandLine().getErr();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec().commandLine(), message);
    }
}
