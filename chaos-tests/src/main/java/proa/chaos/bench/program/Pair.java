package proa.chaos.bench.program;

import proa.chaos.lab.Launcher;
import proa.node.admin.Level;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Two programs that keep the same values, on whatever cores there are: two members of Proa, or
 * redis-server and its replica. Clients talk to the first.
 */
public record Pair(String name, Program first, Program second) {

    private static final String LOOPBACK = "127.0.0.1";

    /** Members, sessions, engine, mesh. */
    private static final int MEMBER_PORTS = 4;

    /** Port of the first one, which is measured. */
    public int port() {
        return first.port();
    }

    /** CPU time of both since they were started, in microseconds. */
    public long cpuMicros() throws IOException {
        return CpuTime.micros(first) + CpuTime.micros(second);
    }

    /** Resident memory of both, in kibibytes. */
    public long kibibytes() throws IOException {
        return Memory.kibibytes(first) + Memory.kibibytes(second);
    }

    /**
     * Two members of Proa on loopback, each with a sessions frontend: every value is on both, and a
     * write is acknowledged by both. Their engines speak in clear text here, as Redis does.
     */
    public static Pair proa(Programs programs) throws IOException {
        return proa(programs, ProaSettings::sessions);
    }

    /** Two members of Proa on loopback, each with a frontend whose requests are counted. */
    public static Pair countingProa(Programs programs) throws IOException {
        return proa(programs, ProaSettings::counting);
    }

    /** What a member's file says, by the port of its frontend and those of the cluster. */
    private interface Settings {
        String text(int port, int... members);
    }

    private static Pair proa(Programs programs, Settings settings) throws IOException {
        int[] ports = new int[MEMBER_PORTS];
        for (int at = 0; at < ports.length; at++) {
            ports[at] = Programs.freePort();
        }
        List<Program> members = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            String name = "lb" + number;
            int port = Programs.freePort();
            Path file = programs.write(name + ".conf", settings.text(port, ports));
            members.add(member(programs, name, file, port));
        }
        for (Program each : members) {
            programs.awaitReady(each);
        }
        return new Pair("proa", members.getFirst(), members.getLast());
    }

    private static Program member(Programs programs, String name, Path file, int port)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "-c", file.toString()));
        command.addAll(List.of("--node", name));
        command.addAll(List.of("--run-dir", programs.folder().resolve("run-" + name).toString()));
        command.addAll(
                List.of("--state-dir", programs.folder().resolve("state-" + name).toString()));
        return programs.startAnywhere(name, port, Launcher.command(command));
    }

    /**
     * Debian's HAProxy twice, each the other's peer, counting requests as {@link #countingProa}.
     */
    public static Pair countingHaproxy(Programs programs) throws IOException {
        int first = Programs.freePort();
        int second = Programs.freePort();
        List<Program> both = new ArrayList<>();
        for (String name : List.of("lb1", "lb2")) {
            int port = Programs.freePort();
            Path socket = programs.folder().resolve("haproxy-" + name + ".sock");
            Path file =
                    programs.write(
                            "haproxy-" + name + ".cfg",
                            HaproxySettings.peers(port, socket, first, second));
            List<String> command = List.of("haproxy", "-db", "-L", name, "-f", file.toString());
            both.add(programs.startAnywhere("haproxy-" + name, port, command));
        }
        return new Pair("haproxy", both.getFirst(), both.getLast());
    }

    /**
     * Where one of the two takes questions.
     *
     * @param member {@code lb1} or {@code lb2}
     */
    public Path socket(Programs programs, String member) {
        Path folder = programs.folder();
        return name.equals("haproxy")
                ? folder.resolve("haproxy-" + member + ".sock")
                : folder.resolve("run-" + member).resolve(Level.VIEW.file());
    }

    /** Debian's redis-server with one replica, as installed, without snapshots on disk. */
    public static Pair redis(Programs programs) throws IOException {
        Program primary = redis(programs, "redis", List.of());
        Program replica =
                redis(
                        programs,
                        "redis-replica",
                        List.of("--replicaof", LOOPBACK, String.valueOf(primary.port())));
        programs.await(replica, () -> linked(replica.port()));
        return new Pair("redis", primary, replica);
    }

    private static Program redis(Programs programs, String name, List<String> more)
            throws IOException {
        int port = Programs.freePort();
        List<String> command = new ArrayList<>(List.of("redis-server", "--bind", LOOPBACK));
        command.addAll(List.of("--port", String.valueOf(port), "--save", ""));
        command.addAll(List.of("--dir", programs.folder().toString()));
        command.addAll(more);
        return programs.startAnywhere(name, port, command);
    }

    private static boolean linked(int port) throws IOException {
        String said =
                Programs.output(
                        List.of("redis-cli", "-p", String.valueOf(port), "info", "replication"));
        return said.toLowerCase(Locale.ROOT).contains("master_link_status:up");
    }
}
