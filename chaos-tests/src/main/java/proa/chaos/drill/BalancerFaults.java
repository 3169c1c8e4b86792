package proa.chaos.drill;

import proa.chaos.kernel.StopLoopCommand;
import proa.chaos.lab.Await;
import proa.chaos.lab.Conversation;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Shell;
import proa.chaos.lab.Trio;
import proa.chaos.lab.VipdStatus;
import proa.config.drill.Fault;
import proa.config.tls.ClusterAuthority;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Faults of what a balancer's own processes have: disk, descriptors, threads, clock, program,
 * configuration, certificate. Used by one thread at a time.
 */
final class BalancerFaults {

    private static final Duration EXIT = Duration.ofSeconds(45);
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Of the kernel's own count. */
    private static final long PAGE_BYTES = 4_096;

    /** What a certificate is issued for so that it is over when it is used. */
    private static final Duration BRIEF = Duration.ofSeconds(1);

    private final Trio trio;
    private final WallClocks clocks;
    private final Consumer<Runnable> undo;

    /**
     * @param undo takes what undoes a fault, before it is committed
     */
    BalancerFaults(Trio trio, WallClocks clocks, Consumer<Runnable> undo) {
        this.trio = trio;
        this.clocks = clocks;
        this.undo = undo;
    }

    /**
     * No file may grow: as on a full disk every write fails, and files can still be made and
     * removed. Logs of the processes are files, too.
     */
    void fill(Machine machine) {
        List<LabProcess> processes = List.of(machine.node(), machine.vipd());
        undo.accept(() -> living(processes).forEach(each -> each.limit("fsize", "unlimited")));
        processes.forEach(each -> each.limit("fsize", "0"));
    }

    /** What it has stays its own; a node that dies of it is started again. */
    void exhaust(Machine machine, Fault.Resource what) {
        LabProcess node = machine.node();
        switch (what) {
            case DESCRIPTORS -> {
                String before = softLimit(node);
                undo.accept(() -> living(node).forEach(each -> each.limit("nofile", before)));
                node.limit("nofile", Integer.toString(highestDescriptor(node) + 1));
            }
            case MEMORY -> {
                undo.accept(
                        () -> {
                            living(node).forEach(each -> each.limit("as", "unlimited"));
                            machine.start();
                        });
                node.limit("as", Long.toString(addressSpace(node)));
            }
        }
    }

    /**
     * The kernel runs its threads only when no other program wants to run, and there are some that
     * always want; they themselves give way to all but it.
     */
    void starve(Machine machine) {
        LabProcess node = machine.node();
        List<LabProcess> greedy = new ArrayList<>();
        undo.accept(
                () -> {
                    greedy.forEach(LabProcess::kill);
                    living(node).forEach(each -> schedule(each, "--other"));
                });
        for (int each = 0; each < Runtime.getRuntime().availableProcessors(); each++) {
            greedy.add(
                    machine.place()
                            .start(
                                    "greedy-" + each,
                                    List.of("nice", "-n", "19", "sh", "-c", "while :; do :; done"),
                                    machine.folder().resolve("greedy.log"),
                                    Map.of()));
        }
        schedule(node, "--idle");
    }

    private static void schedule(LabProcess process, String policy) {
        Shell.run(List.of("chrt", "--all-tasks", policy, "--pid", "0", "" + process.pid()));
    }

    private static List<LabProcess> living(LabProcess process) {
        return living(List.of(process));
    }

    private static List<LabProcess> living(List<LabProcess> processes) {
        return processes.stream().filter(LabProcess::isAlive).toList();
    }

    private static String softLimit(LabProcess process) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "limits"))
                    .stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.substring("Max open files".length()).strip())
                    .map(rest -> rest.split("\\s+")[0])
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new LabException("cannot read the limits of " + process.label(), e);
        }
    }

    /** In bytes; pages or not. */
    private static long addressSpace(LabProcess process) {
        try {
            String pages =
                    Files.readString(Path.of("/proc", Long.toString(process.pid()), "statm"))
                            .split(" ")[0];
            return Long.parseLong(pages) * PAGE_BYTES;
        } catch (IOException e) {
            throw new LabException("cannot read the memory of " + process.label(), e);
        }
    }

    private static int highestDescriptor(LabProcess process) {
        try (var open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.mapToInt(each -> Integer.parseInt(String.valueOf(each.getFileName())))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw new LabException("cannot read the descriptors of " + process.label(), e);
        }
    }

    /** A process of its own does it: when that ends, however it ends, the loop goes on. */
    void stick(Machine machine) {
        Conversation stopper =
                machine.place()
                        .converse(
                                "stop-loop",
                                Launcher.command(
                                        List.of(
                                                "lab-stop-loop",
                                                Long.toString(machine.node().pid()))),
                                machine.folder().resolve("stop-loop.log"),
                                Launcher.ENVIRONMENT);
        undo.accept(stopper::close);
        stopper.ask("stopped", StopLoopCommand.Stopped.class, SOON);
    }

    /**
     * As a package does it: maintenance, then both processes end and start anew, from this
     * program's files whatever they ran from.
     */
    void upgrade(Machine machine) {
        undo.accept(
                () -> {
                    machine.start();
                    // It keeps the order; whether it becomes ready is waited for afterwards.
                    Await.until(
                            Stage.RECOVERY,
                            () -> machine + "'s vipd answers",
                            () -> VipdStatus.of(machine).isPresent());
                    machine.command("ready", machine.name());
                });
        machine.command("drain", machine.name());
        machine.node().terminate();
        machine.node().await(EXIT);
        machine.vipd().terminate();
        machine.vipd().await(EXIT);
        machine.setVersion(Optional.empty());
        machine.start();
    }

    /** One balancer after the other runs from the files of another version. */
    void begin(EarlierVersion from, Runnable awaitWhole) {
        Machine.Version files = new Machine.Version(from.launcher(), EarlierVersion.ENVIRONMENT);
        for (Machine machine : trio.machines()) {
            List<LabProcess> processes = List.of(machine.node(), machine.vipd());
            processes.forEach(LabProcess::terminate);
            processes.forEach(process -> process.await(EXIT));
            machine.setVersion(Optional.of(files));
            machine.start();
            awaitWhole.run();
        }
    }

    /** What nobody notices in the traffic: one attempt more for a request. */
    void configure() {
        Path file = trio.configFile();
        try {
            String before = Files.readString(file);
            String changed = before.replaceFirst("retries = 2", "retries = 3");
            if (changed.equals(before)) {
                throw new LabException("nothing to change in " + file);
            }
            List<Push> pushes = trio.machines().stream().map(Push::new).toList();
            undo.accept(() -> takeBack(file, before, pushes));
            Files.writeString(file, changed);
            pushes.forEach(Push::begin); // at the same moment everywhere
        } catch (IOException e) {
            throw new LabException("cannot change " + file, e);
        }
    }

    private void takeBack(Path file, String before, List<Push> pushes) {
        List<String> refusals = pushes.stream().flatMap(push -> push.refusal().stream()).toList();
        try {
            Files.writeString(file, before);
        } catch (IOException e) {
            throw new LabException("cannot write " + file, e);
        }
        for (Machine machine : trio.machines()) {
            Await.until(
                    Stage.RECOVERY, () -> machine + " takes the file back", () -> reloads(machine));
        }
        if (!refusals.isEmpty()) {
            throw new LabException("not taken: " + String.join("; ", refusals));
        }
    }

    /** One that a fault beside this one keeps down reads the file when it is started again. */
    private static boolean reloads(Machine machine) {
        return machine.reload().isEmpty() || !machine.node().isAlive();
    }

    /**
     * The machine starts again with a certificate that is over. It gets its good one back at the
     * end and has to take that in by itself; what has refused to start is started.
     */
    void expire(Machine machine) {
        Path certificate = trio.folder().resolve("certs/" + machine.name() + ".pem");
        Path key = trio.folder().resolve("certs/" + machine.name() + ".key");
        try {
            byte[] goodCertificate = Files.readAllBytes(certificate);
            byte[] goodKey = Files.readAllBytes(key);
            undo.accept(
                    () -> {
                        write(key, goodKey);
                        write(certificate, goodCertificate);
                        machine.start();
                    });
            ClusterAuthority.Issued brief = brief(machine);
            write(key, brief.key());
            write(certificate, brief.certificate());
            Await.pass(BRIEF.multipliedBy(2));
            for (LabProcess process : List.of(machine.vipd(), machine.node())) {
                process.kill();
                process.await(EXIT);
            }
            machine.start();
        } catch (IOException e) {
            throw new LabException("cannot change " + certificate, e);
        } catch (UncheckedIOException e) {
            throw new LabException("cannot write " + certificate, e);
        }
    }

    private ClusterAuthority.Issued brief(Machine machine) throws IOException {
        Path folder = trio.folder().resolve("certs");
        try {
            return ClusterAuthority.of(
                            Files.readAllBytes(folder.resolve("ca.pem")),
                            Files.readAllBytes(folder.resolve("ca.key")))
                    .issue(
                            machine.name(),
                            List.of(InetAddress.ofLiteral(machine.address())),
                            Instant.now(),
                            BRIEF,
                            new SecureRandom());
        } catch (GeneralSecurityException e) {
            throw new LabException("cannot issue a certificate for " + machine, e);
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its processes read the file with the difference once a second. */
    void turn(Machine machine, Duration by) {
        undo.accept(() -> clocks.turn(machine, Duration.ZERO));
        clocks.turnSeen(machine, by);
    }

    /** A file on its way to one balancer. One that dies meanwhile reads it when it starts. */
    private static final class Push {
        private final Machine machine;
        private final LabProcess node;
        private final Thread thread;
        private volatile String answer = "";

        Push(Machine machine) {
            this.machine = machine;
            this.node = machine.node();
            this.thread = Thread.ofVirtual().unstarted(() -> answer = machine.reload());
        }

        void begin() {
            thread.start();
        }

        /** What the balancer has against it; empty when it has been taken, or has died. */
        Optional<String> refusal() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted", e);
            }
            boolean lives = machine.node() == node && node.isAlive();
            return Optional.of(answer).filter(said -> lives && !said.isEmpty());
        }
    }
}
