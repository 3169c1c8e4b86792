package proa.chaos.remote.deed;

import proa.config.drill.Targets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines of OpenSSH's client: nothing of the user's own configuration, no question to
 * anybody, no password, no host key but the known ones. Pure; any thread.
 */
public final class Ssh {

    private static final List<String> STRICT =
            List.of(
                    "BatchMode=yes",
                    "StrictHostKeyChecking=yes",
                    "GlobalKnownHostsFile=/dev/null",
                    "UpdateHostKeys=no",
                    "PreferredAuthentications=publickey",
                    "ForwardAgent=no",
                    "ConnectTimeout=4",
                    "ServerAliveInterval=2",
                    "ServerAliveCountMax=3");

    private final Targets.Host host;
    private final Path base;
    private final Path control;

    /**
     * Of one host.
     *
     * @param base folder that file names are relative to
     * @param control the socket of the connection that all commands share
     */
    public Ssh(Targets.Host host, Path base, Path control) {
        this.host = host;
        this.base = base;
        this.control = control;
    }

    private List<String> begin(String controlMaster) {
        Targets.Ssh ssh = host.ssh();
        List<String> command = new ArrayList<>(List.of("ssh", "-F", "none", "-T", "-a", "-x"));
        STRICT.forEach(option -> command.addAll(List.of("-o", option)));
        command.addAll(
                List.of("-o", "UserKnownHostsFile=" + quoted(base.resolve(ssh.knownHosts()))));
        ssh.key()
                .ifPresent(
                        key ->
                                command.addAll(
                                        List.of(
                                                "-o",
                                                "IdentitiesOnly=yes",
                                                "-i",
                                                base.resolve(key).toString())));
        command.addAll(List.of("-o", "ControlMaster=" + controlMaster, "-S", control.toString()));
        command.addAll(List.of("-p", Integer.toString(ssh.port())));
        return command;
    }

    /** In a value of an option a space would be the end of a file name. */
    private static String quoted(Path file) {
        return "\"" + file + "\"";
    }

    /**
     * The connection that stays, with sockets of this machine that lead to those of the balancer.
     *
     * @param sockets folder for these
     */
    public List<String> connection(Path sockets) {
        List<String> command = begin("yes");
        command.addAll(
                List.of(
                        "-N",
                        "-o",
                        "ControlPersist=no",
                        "-o",
                        "ExitOnForwardFailure=yes",
                        "-o",
                        "StreamLocalBindUnlink=yes"));
        for (String socket : List.of("node.sock", "vipd.sock")) {
            command.add("-L");
            command.add(sockets.resolve(socket) + ":" + host.runDirectory() + "/" + socket);
        }
        command.add(destination());
        return command;
    }

    /** Runs a script from its standard input over that connection. */
    public List<String> script() {
        List<String> command = begin("no");
        command.add(destination());
        command.add(shell());
        return command;
    }

    /** What the script is run by on the host. */
    public String shell() {
        return host.ssh().sudo() ? "sudo -n env \"SSH_CONNECTION=$SSH_CONNECTION\" sh -s" : "sh -s";
    }

    private String destination() {
        return host.ssh().user() + "@" + host.ssh().address();
    }
}
