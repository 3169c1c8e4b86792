package proa.chaos.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One machine of a {@link Lab}: a network namespace with an {@code eth0}. */
public final class Host implements Place {

    private final Lab lab;
    private final String name;
    private final String namespace;
    private final String mac;
    private final List<LabProcess> processes = new CopyOnWriteArrayList<>();

    Host(Lab lab, String name, String namespace, String mac) {
        this.lab = lab;
        this.name = name;
        this.namespace = namespace;
        this.mac = mac;
    }

    /** Its name, also that of its switch port. */
    @Override
    public String name() {
        return name;
    }

    /** Its network namespace, as {@code ip netns} knows it. */
    public String namespace() {
        return namespace;
    }

    /** The hardware address of its {@code eth0}. */
    public String mac() {
        return mac;
    }

    /** The lab it belongs to. */
    public Lab lab() {
        return lab;
    }

    /** Runs a batch of {@code ip} commands here, one a line. */
    public void ip(String batch) {
        Shell.run(List.of("ip", "-n", namespace, "-b", "-"), batch);
    }

    /** Runs a short command here and returns what it printed. */
    public String run(String... command) {
        return Shell.run(inside(List.of(command)));
    }

    /** Sets a kernel setting of this host, for example {@code net.ipv4.ip_forward}. */
    public void sysctl(String key, String value) {
        run("sysctl", "-q", "-w", key + "=" + value);
    }

    @Override
    public void adopt(LabProcess process) {
        processes.add(process);
        if (lab.isClosed()) {
            process.endedBefore();
        }
    }

    List<LabProcess> processes() {
        return List.copyOf(processes);
    }

    /** {@code nsenter} replaces itself by the command; {@code ip netns exec} would hide cgroups. */
    @Override
    public List<String> inside(List<String> command) {
        List<String> all =
                new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace, "--"));
        all.addAll(command);
        return all;
    }
}
