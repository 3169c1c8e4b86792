package proa.config.text;

import proa.config.ClusterConfig;
import proa.config.ClusterConfig.Node;
import proa.config.ClusterConfig.Ports;
import proa.config.ClusterConfig.TlsFiles;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads {@code cluster}. */
final class ClusterReader {

    private final Folder folder;

    private ClusterReader(Folder folder) {
        this.folder = folder;
    }

    static ClusterConfig read(Section file, Folder folder) {
        Section cluster = file.childOrEmpty(Keys.File.CLUSTER, Keys.Cluster.SHAPE);
        return new ClusterReader(folder).cluster(cluster);
    }

    private ClusterConfig cluster(Section section) {
        String name = section.get(Keys.Cluster.NAME);
        List<Node> nodes =
                section.named(Keys.Cluster.NODES).stream()
                        .flatMap(
                                item ->
                                        section
                                                .open(item, Keys.Node.SHAPE)
                                                .flatMap(node -> node(item.name(), node))
                                                .stream())
                        .toList();
        return new ClusterConfig(
                name,
                section.get(Keys.Cluster.TIMING),
                nodes,
                tls(section),
                ports(section.childOrEmpty(Keys.Cluster.PORTS, Keys.Ports.SHAPE)),
                section.get(Keys.Cluster.OWNERSHIP),
                section.get(Keys.Cluster.MAX_LAG));
    }

    private static Optional<Node> node(String name, Section section) {
        int id = section.get(Keys.Node.ID);
        boolean missing = !section.has(Keys.Node.ADDRESSES);
        if (missing) {
            section.get(Keys.Node.ADDRESSES);
        }
        List<InetAddress> addresses = section.all(Keys.Node.ADDRESSES, Kinds.address());
        if (!missing && (addresses.isEmpty() || addresses.size() > 2)) {
            section.report()
                    .error(
                            section.path(Keys.Node.ADDRESSES),
                            "node " + name + " needs one or two addresses",
                            "addresses = [\"10.0.0.11\"]");
        }
        return addresses.isEmpty() || addresses.size() > 2
                ? Optional.empty()
                : Optional.of(new Node(name, id, addresses));
    }

    private static Ports ports(Section section) {
        return new Ports(
                section.get(Keys.Ports.MEMBERS),
                section.get(Keys.Ports.SESSIONS),
                section.get(Keys.Ports.ENGINE),
                section.get(Keys.Ports.MESH));
    }

    private Optional<TlsFiles> tls(Section cluster) {
        boolean insecure = cluster.get(Keys.Cluster.INSECURE);
        boolean tls = cluster.has(Keys.Cluster.TLS);
        if (cluster.written() && !insecure && !tls) {
            cluster.report()
                    .error(
                            cluster.path(),
                            "`tls` is missing: members must prove who they are",
                            "`proa cert cluster -c FILE --out certs` makes the files; `insecure ="
                                    + " true` is for tests");
        }
        if (insecure && tls) {
            cluster.report()
                    .error(
                            cluster.path(Keys.Cluster.INSECURE),
                            "`insecure = true` together with `tls`",
                            "keep `tls`");
        }
        return cluster.child(Keys.Cluster.TLS, Keys.Tls.SHAPE).map(this::files);
    }

    private TlsFiles files(Section tls) {
        Path certificate = folder.path(tls, Keys.Tls.CERTIFICATE);
        Path key = folder.path(tls, Keys.Tls.KEY);
        boolean missing = !tls.has(Keys.Tls.AUTHORITIES);
        if (missing) {
            tls.get(Keys.Tls.AUTHORITIES);
        }
        List<String> authorities = tls.all(Keys.Tls.AUTHORITIES, Kinds.file());
        if (!missing && authorities.isEmpty()) {
            tls.report()
                    .error(
                            tls.path(Keys.Tls.AUTHORITIES),
                            "no authority: nobody could be trusted",
                            "authorities = [\"certs/ca.pem\"]");
        }
        return new TlsFiles(
                certificate,
                key,
                authorities.stream()
                        .map(name -> folder.path(tls, Keys.Tls.AUTHORITIES, name))
                        .toList());
    }

    /**
     * Turns file names of the configuration into paths: relative to its folder, {@code %{node}}
     * replaced.
     */
    record Folder(Path path, Optional<String> node) {

        Path path(Section section, Key<String> key) {
            return path(section, key, section.get(key));
        }

        Path path(Section section, Key<?> key, String written) {
            String name = node.map(self -> written.replace("%{node}", self)).orElse(written);
            try {
                return path.resolve(name).normalize();
            } catch (InvalidPathException _) {
                section.report()
                        .error(
                                section.path(key),
                                "\"" + Kinds.clip(name) + "\" is not a file name",
                                "certs/ca.pem");
                return path;
            }
        }
    }
}
