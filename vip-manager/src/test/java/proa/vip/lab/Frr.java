package proa.vip.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The VRRP router of FRR on one host of a {@link Site}: holds its addresses on macvlan devices with
 * the virtual router's hardware address, which it takes down while it is a backup.
 */
public final class Frr implements AutoCloseable {

    /** Where its advertisements over IPv6 come from. */
    public static final String LINK_LOCAL = "fe80::51:2";

    private final Site site;
    private final int host;
    private final Path folder;
    private final Program zebra;
    private Program vrrpd;

    /**
     * Starts it with virtual router 51.
     *
     * @param folder for its files
     * @param priority 1 to 254
     */
    public Frr(Site site, int host, Path folder, int priority) throws Exception {
        this.site = site;
        this.host = host;
        this.folder = Files.createDirectory(folder.resolve("frr"));
        device("vrrp4", "00:00:5e:00:01:33", "10.77.0.100/24");
        device("vrrp6", "00:00:5e:00:02:33", LINK_LOCAL + "/64", Trio.ADDRESS_6 + "/64");
        for (Path open = this.folder; !open.getFileName().toString().equals("tmp"); ) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            open = open.getParent();
        }
        Files.writeString(this.folder.resolve("zebra.conf"), "hostname zebra\n");
        Files.writeString(
                this.folder.resolve("vrrpd.conf"),
                """
                hostname vrrpd
                log stdout informational
                interface eth0
                 vrrp 51 version 3
                 vrrp 51 advertisement-interval 100
                 vrrp 51 ip 10.77.0.100
                 vrrp 51 ipv6 fd00:77::100
                 vrrp 51 priority PRIORITY
                """
                        .replace("PRIORITY", "" + priority));
        zebra = daemon("zebra");
        Trio.await("zebra", () -> Files.exists(this.folder.resolve("zserv")));
        vrrpd = daemon("vrrpd");
    }

    private void device(String name, String mac, String... addresses) throws IOException {
        site.inside(
                host, "ip", "link", "add", name, "link", "eth0", "type", "macvlan", "mode",
                "bridge");
        site.inside(host, "ip", "link", "set", name, "address", mac, "addrgenmode", "none");
        for (String address : addresses) {
            List<String> add = new ArrayList<>(List.of("ip", "addr", "add", address, "dev", name));
            if (address.contains(":")) {
                add.add("nodad");
            }
            site.inside(host, add.toArray(String[]::new));
        }
        site.inside(host, "ip", "link", "set", name, "up");
    }

    private Program daemon(String name) throws IOException {
        List<String> command = new ArrayList<>(site.ahead(host));
        command.addAll(
                List.of(
                        "/usr/lib/frr/" + name,
                        "-f",
                        folder.resolve(name + ".conf").toString(),
                        "-i",
                        folder.resolve(name + ".pid").toString(),
                        "-z",
                        folder.resolve("zserv").toString(),
                        "--vty_socket",
                        folder.toString(),
                        "-P",
                        "0"));
        return new Program(folder.resolve(name + ".log"), command);
    }

    /** Whether it is the owner over both families. */
    public boolean owns() throws IOException {
        return !down("vrrp4") && !down("vrrp6");
    }

    /** Whether it is a backup over both families. */
    public boolean standsBy() throws IOException {
        return down("vrrp4") && down("vrrp6");
    }

    private boolean down(String device) throws IOException {
        return site.inside(host, "ip", "link", "show", device).contains("protodown on");
    }

    /** What it has printed. */
    public String output() throws IOException {
        return vrrpd.output();
    }

    /** Stops it as an operator would, and waits for its end. */
    public void stop() throws IOException, InterruptedException {
        vrrpd.signal("TERM");
        vrrpd.await();
    }

    /** Kills it as a crash would: its addresses stay where they are. */
    public void kill() {
        vrrpd.kill();
    }

    /** Starts it again after its end. */
    public void restart() throws IOException {
        vrrpd = daemon("vrrpd");
    }

    @Override
    public void close() {
        vrrpd.close();
        zebra.close();
    }
}
