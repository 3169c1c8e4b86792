package proa.chaos.lab;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One balancer of a trio: a place and its two processes, each started through the {@code proa}
 * script. Used by one thread at a time.
 */
public final class Machine implements Balancer {

    /** Enough for the slow answers of a load; its endless connections would wait for longer. */
    private static final String DRAIN = "10s";

    private final String name;
    private final Place place;
    private final String address;
    private final Path config;
    private final Path folder;
    private final Map<String, String> environment;
    private Map<String, String> ownEnvironment = Map.of();
    private Optional<Version> version = Optional.empty();
    private @Nullable LabProcess node;
    private @Nullable LabProcess vipd;

    /**
     * A balancer of which nothing runs yet.
     *
     * @param address its fixed one
     * @param folder for its logs and its run directory
     * @param environment of its processes, beside this one's
     */
    public Machine(
            String name,
            Place place,
            String address,
            Path config,
            Path folder,
            Map<String, String> environment) {
        this.name = name;
        this.place = place;
        this.address = address;
        this.config = config;
        this.folder = folder;
        this.environment = environment;
    }

    /** Its name in the configuration. */
    @Override
    public String name() {
        return name;
    }

    /** The file that its processes read. */
    public Path config() {
        return config;
    }

    /** What its next processes get in their environment beside what all have. */
    public void setEnvironment(Map<String, String> own) {
        ownEnvironment = Map.copyOf(own);
    }

    /**
     * Files that its processes run from.
     *
     * @param launcher their {@code proa} script
     * @param environment what that one needs beside what all have
     */
    public record Version(Path launcher, Map<String, String> environment) {
        public Version {
            environment = Map.copyOf(environment);
        }
    }

    /** What its next processes, and commands to them, run from; empty: this program's files. */
    public void setVersion(Optional<Version> files) {
        version = files;
    }

    /** What the next ones run from; empty: this program's files. */
    public Optional<Version> version() {
        return version;
    }

    /** Its fixed address. */
    public String address() {
        return address;
    }

    /** Where its processes run. */
    public Place place() {
        return place;
    }

    /** Holds its logs and run directory. */
    public Path folder() {
        return folder;
    }

    /** Its run directory, with the sockets of both processes. */
    @Override
    public Path runDirectory() {
        return folder.resolve("run");
    }

    /** The process that carries the traffic. */
    public LabProcess node() {
        return started(node, "node");
    }

    /** The process that holds the addresses. */
    public LabProcess vipd() {
        return started(vipd, "vipd");
    }

    private LabProcess started(@Nullable LabProcess process, String what) {
        if (process == null) {
            throw new LabException(what + " of " + name + " has never been started");
        }
        return process;
    }

    /** Starts both processes that do not run. */
    public void start() {
        startVipd();
        startNode();
    }

    /** Starts the node process unless it runs. */
    public void startNode() {
        if (node == null || !node.isAlive()) {
            node = start("node", "--state-dir=" + directory("state"), "--drain=" + DRAIN);
        }
    }

    /** Starts the address manager unless it runs. */
    public void startVipd() {
        if (vipd == null || !vipd.isAlive()) {
            vipd = start("vipd");
        }
    }

    private LabProcess start(String role, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                role,
                                "--config=" + config,
                                "--node=" + name,
                                "--run-dir=" + directory("run")));
        arguments.addAll(List.of(more));
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(ownEnvironment);
        version.ifPresent(files -> all.putAll(files.environment()));
        return place.start(role, launch(arguments), folder.resolve(role + ".log"), all);
    }

    private List<String> launch(List<String> arguments) {
        return version.map(files -> Launcher.command(files.launcher(), arguments))
                .orElseGet(() -> Launcher.command(arguments));
    }

    /** Its own folder is there, unless all has been ended and removed: it stays removed. */
    private Path directory(String child) {
        Path directory = folder.resolve(child);
        try {
            return Files.isDirectory(directory) ? directory : Files.createDirectory(directory);
        } catch (IOException e) {
            throw new LabException("cannot make " + directory, e);
        }
    }

    /**
     * Whether the node process says that it is ready.
     *
     * @throws LabException when one of the processes has ended
     */
    @Override
    public boolean isReady() {
        for (LabProcess process : List.of(vipd(), node())) {
            if (!process.isAlive()) {
                throw new LabException(process.label() + " has ended:\n" + process.lastLines(20));
            }
        }
        return Balancer.super.isReady();
    }

    /**
     * What a node says of the cluster.
     *
     * @param sessions of its session store; all zero without one
     * @param configuration what it runs
     */
    public record Status(
            long uptimeMillis, Members members, Sessions sessions, Configuration configuration) {

        /** The configuration's hash. */
        public record Configuration(String hash) {}

        /** Nodes in its sight, itself included, and whether it has the tables. */
        public record Members(List<String> present, boolean synchronised) {}

        /** Whether it has a store, how many members that sees, and whether all copies are there. */
        public record Sessions(boolean enabled, int members, boolean settled) {}

        /** Whether it sees so many nodes in every respect, and everything is where it belongs. */
        public boolean whole(int nodes) {
            return members.present.size() == nodes
                    && members.synchronised
                    && (!sessions.enabled || (sessions.members == nodes && sessions.settled));
        }
    }

    /**
     * The node takes its configuration in anew.
     *
     * @return empty, or why it has not
     */
    public String reload() {
        String answer = LocalSocket.http(runDirectory(), "POST", "/reload");
        return answer.startsWith("HTTP/1.1 200 ") ? "" : name + " does not reload: " + answer;
    }

    /**
     * Runs a {@code proa} command that speaks to a process of this machine, that of the version
     * that the machine runs.
     *
     * @return what it printed
     */
    public String command(String name, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--run-dir=" + runDirectory());
        return version.map(files -> command(files, name, all))
                .orElseGet(() -> OwnCommand.run(name, all));
    }

    private String command(Version files, String name, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env"));
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(files.environment());
        all.forEach((key, value) -> command.add(key + "=" + value));
        List<String> launched = new ArrayList<>(List.of(name));
        launched.addAll(arguments);
        command.addAll(launch(launched));
        return Shell.run(place.inside(command));
    }

    @Override
    public String toString() {
        return name;
    }
}
