package proa.chaos.drill;

import proa.chaos.lab.Await;
import proa.chaos.lab.Balancer;
import proa.chaos.lab.Host;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Machine;
import proa.chaos.lab.RemoteBalancer;
import proa.chaos.lab.Shell;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A trio in the namespaces of a lab that stands for an operator's machines: on each host a real
 * sshd and a program {@code systemctl} in its path that starts and ends both processes. Drills are
 * commands of their own on the clients' host and reach the rest by SSH.
 */
final class RemoteLab implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(6);
    private static final int SSH_PORT = 2222;

    /** What of systemd's a drill uses. A process that has ended may not have been reaped yet. */
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            set -eu
            state=STATE
            pid() { cat "$state/$1.pid" 2>/dev/null || echo 0; }
            runs() {
              p=$(pid "$1")
              [ "$p" -gt 1 ] && [ -e "/proc/$p/status" ] && ! grep -q '^State:.Z' "/proc/$p/status"
            }
            start() {
              runs "$1" && return 0
              setsid "$state/$1" </dev/null >>"$state/$1.log" 2>&1 &
              echo $! >"$state/$1.pid"
            }
            verb=$1
            shift
            [ "$verb" != reset-failed ] || exit 0
            if [ -e "$state/mute" ]; then
              while [ -e "$state/mute" ]; do sleep 0.2; done
              exit 1
            fi
            for unit; do
              case $unit in -*) continue ;; esac
              case $verb in
              show) if runs "$unit"; then pid "$unit"; else echo 0; fi ;;
              start) start "$unit" ;;
              stop) kill -TERM "$(pid "$unit")" ;;
              *) echo "unknown: $verb" >&2; exit 1 ;;
              esac
            done
            """;

    private final Trio trio;
    private final Path folder;
    private final Map<String, LabProcess> sshds = new HashMap<>();
    private int commands;

    private RemoteLab(Trio trio, Path folder) {
        this.trio = trio;
        this.folder = folder;
    }

    /** Builds and starts everything. */
    static RemoteLab open(Path folder) throws IOException {
        RemoteLab lab = new RemoteLab(Trio.open(TrioPlan.network(3), folder), folder);
        try {
            Files.createDirectories(Path.of("/run/sshd"));
            keyPair(folder.resolve("drill"));
            for (Machine machine : lab.trio.machines()) {
                lab.prepare(machine);
                lab.startSshd(machine.name());
            }
            lab.write("known_hosts", lab.knownHosts());
            lab.write("targets.conf", lab.targets());
            lab.trio.awaitServers();
            for (Machine machine : lab.trio.machines()) {
                Await.until(START, machine + " is ready", () -> lab.balancer(machine).isReady());
            }
            return lab;
        } catch (IOException | RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    private static void keyPair(Path file) {
        Shell.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString()));
    }

    Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void prepare(Machine machine) throws IOException {
        Path own = machine.folder();
        Path bin = Files.createDirectories(own.resolve("bin"));
        Files.createDirectories(machine.runDirectory());
        script(bin.resolve("systemctl"), SYSTEMCTL.replace("STATE", own.toString()));
        String environment =
                Launcher.ENVIRONMENT.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining(" "));
        String proa = Launcher.command(List.of()).getFirst();
        script(
                bin.resolve("proa"),
                "#!/bin/sh\nexec env %s %s \"$@\"\n".formatted(environment, proa));
        for (String unit : List.of("vipd", "node")) {
            script(
                    own.resolve(unit),
                    "#!/bin/sh\nexec %s %s --config=%s --node=%s --run-dir=%s %s\n"
                            .formatted(
                                    bin.resolve("proa"),
                                    unit,
                                    machine.config(),
                                    machine.name(),
                                    machine.runDirectory(),
                                    unit.equals("node")
                                            ? "--drain=10s --state-dir=" + own.resolve("state")
                                            : ""));
            Shell.run(
                    machine.place()
                            .inside(List.of(bin.resolve("systemctl").toString(), "start", unit)));
        }
        keyPair(own.resolve("host_key"));
    }

    /** A real one, on the host's own address. */
    void startSshd(String name) throws IOException {
        Machine machine = trio.machine(name);
        Path own = machine.folder();
        String config =
                """
                Port %d
                ListenAddress %s
                HostKey %s
                PidFile none
                AuthorizedKeysFile %s
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                SetEnv PATH=%s:/usr/sbin:/usr/bin:/sbin:/bin
                """
                        .formatted(
                                SSH_PORT,
                                machine.address(),
                                own.resolve("host_key"),
                                folder.resolve("drill.pub"),
                                own.resolve("bin"));
        Path file = Files.writeString(own.resolve("sshd_config"), config);
        sshds.put(
                name,
                machine.place()
                        .start(
                                "sshd",
                                List.of("/usr/sbin/sshd", "-D", "-e", "-f", file.toString()),
                                own.resolve("sshd.log"),
                                Map.of()));
    }

    /** The daemon and every connection that it serves. */
    void killSshd(String name) {
        LabProcess sshd = sshds.get(name);
        ProcessHandle daemon = ProcessHandle.of(sshd.pid()).orElseThrow();
        List<ProcessHandle> all = daemon.descendants().toList();
        daemon.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /** Its {@code systemctl} does not come to an end any more, or fails at last. */
    void mute(String name, boolean mute) throws IOException {
        Path file = trio.machine(name).folder().resolve("mute");
        if (mute) {
            Files.createFile(file);
        } else {
            Files.delete(file);
        }
    }

    private String knownHosts() throws IOException {
        StringBuilder known = new StringBuilder();
        for (Machine machine : trio.machines()) {
            known.append("[%s]:%d ".formatted(machine.address(), SSH_PORT))
                    .append(Files.readString(machine.folder().resolve("host_key.pub")));
        }
        return known.toString();
    }

    /** A file of targets with every service that the trio has. */
    String targets() {
        TrioPlan plan = trio.plan();
        StringBuilder hosts = new StringBuilder();
        for (Machine machine : trio.machines()) {
            hosts.append(
                    "    %s { address = \"%s\", run-directory = %s }\n"
                            .formatted(machine.name(), machine.address(), machine.runDirectory()));
        }
        String servers =
                plan.serverAddresses().entrySet().stream()
                        .map(each -> each.getKey() + " = \"" + each.getValue() + "\"")
                        .collect(Collectors.joining(", "));
        return """
        schema = 1
        remote {
          lab = true
          address = "%s"
          group = web
          ssh { port = %d, key = drill, known-hosts = known_hosts }
          units { node = node, vipd = vipd }
          hosts {
        %s  }
          clients {
            http = %d, echo = %d, sessions = %d, rate = %d
            host-limited = %d, host-echo = %d, host-sessions = %d
            limit = %d, limit-window = %ds, sources = "10.99.0.0"
            servers { %s }
            segment { interface = eth0, asker = "%s" }
          }
        }
        """
                .formatted(
                        plan.vips().getFirst(),
                        SSH_PORT,
                        hosts,
                        plan.httpPort(),
                        plan.echoPort(),
                        plan.sessionsPort(),
                        DrillTest.HTTP_RATE,
                        plan.nodeLimitedPort(),
                        plan.nodeEchoPort(),
                        plan.nodeSessionsPort(),
                        TrioPlan.LIMIT,
                        TrioPlan.LIMIT_SECONDS,
                        servers,
                        plan.unused());
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Starts {@code proa drill} on the clients' host. */
    LabProcess drill(String... arguments) {
        List<String> words = new ArrayList<>(List.of("drill"));
        words.addAll(List.of(arguments));
        // What is started in the background may ignore the signal, and its children with it.
        List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT"));
        all.addAll(Launcher.command(words));
        return trio.clientPlace()
                .start(
                        "drill",
                        all,
                        folder.resolve("drill-" + ++commands + ".log"),
                        Launcher.ENVIRONMENT);
    }

    private Balancer balancer(Machine machine) {
        return new RemoteBalancer(machine.name(), machine.runDirectory());
    }

    /** The process of a unit; 0 without one. */
    long pid(String host, String unit) {
        Machine machine = trio.machine(host);
        String shown =
                Shell.run(
                        machine.place()
                                .inside(
                                        List.of(
                                                machine.folder()
                                                        .resolve("bin/systemctl")
                                                        .toString(),
                                                "show",
                                                unit)));
        return Long.parseLong(shown.strip());
    }

    /** Whether a unit's process is stopped. */
    boolean hangs(String host, String unit) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid(host, unit) + "/status")).stream()
                    .anyMatch(line -> line.startsWith("State:\tT"));
        } catch (IOException _) {
            return false;
        }
    }

    /** What a namespace's firewall has. */
    String rules(String host) {
        return trio.machine(host).place() instanceof Host place
                ? place.run("nft", "list", "ruleset")
                : "";
    }

    @Override
    public void close() {
        trio.close();
    }
}
