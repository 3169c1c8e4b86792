package proa.chaos.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** One machine of a {@link Lab}: a network namespace with an {@code eth0}. */
public final class Host {

    private final Lab lab;
    private final String name;
    private final String namespace;
    private final List<LabProcess> processes = new CopyOnWriteArrayList<>();

    Host(Lab lab, String name, String namespace) {
        this.lab = lab;
        this.name = name;
        this.namespace = namespace;
    }

    /** Its name, also that of its switch port. */
    public String name() {
        return name;
    }

    /** Its network namespace, as {@code ip netns} knows it. */
    public String namespace() {
        return namespace;
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

    /**
     * Starts a process that stays.
     *
     * @param label for messages
     * @param command must end up as one process (a script {@code exec}s), so that the pid is its
     *     own
     * @param log gets what it prints, appended
     * @param environment added to this process's own
     */
    public LabProcess start(
            String label, List<String> command, Path log, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(inside(command))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            LabProcess process = new LabProcess(name + "/" + label, builder.start(), log);
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new LabException(
                    "cannot start " + label + " on " + name + ": " + e.getMessage(), e);
        }
    }

    List<LabProcess> processes() {
        return List.copyOf(processes);
    }

    /** {@code nsenter} replaces itself by the command; {@code ip netns exec} would hide cgroups. */
    private List<String> inside(List<String> command) {
        List<String> all =
                new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace, "--"));
        all.addAll(command);
        return all;
    }
}
