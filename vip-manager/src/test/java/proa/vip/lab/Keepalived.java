package proa.vip.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's keepalived on one host of a {@link Site}: a VRRP router that is none of ours. */
public final class Keepalived implements AutoCloseable {

    private final Site site;
    private final int host;
    private final Program program;

    /**
     * Starts it, in the foreground.
     *
     * @param folder for its files
     * @param configuration as in keepalived.conf(5)
     */
    public Keepalived(Site site, int host, Path folder, String configuration) throws IOException {
        this.site = site;
        this.host = host;
        Path file = folder.resolve("keepalived.conf");
        Files.writeString(file, configuration);
        List<String> command = new ArrayList<>(site.ahead(host));
        command.addAll(List.of("keepalived", "-n", "-l", "-P", "-f", file.toString()));
        command.addAll(List.of("-p", folder.resolve("keepalived.pid").toString()));
        command.addAll(List.of("-r", folder.resolve("keepalived-vrrp.pid").toString()));
        program = new Program(folder.resolve("keepalived.log"), command);
    }

    /** Whether it has put this address on the host's interface. */
    public boolean has(String address) throws IOException {
        return site.inside(host, "ip", "-o", "addr", "show", "dev", "eth0")
                .contains(" " + address + "/");
    }

    /** What it has printed. */
    public String output() throws IOException {
        return program.output();
    }

    /** Stops it as an operator would, and waits for its end. */
    public void stop() throws IOException, InterruptedException {
        program.signal("TERM");
        program.await();
    }

    @Override
    public void close() throws IOException {
        try {
            if (program.isAlive()) {
                stop();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
