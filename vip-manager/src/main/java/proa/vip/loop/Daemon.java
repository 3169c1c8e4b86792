package proa.vip.loop;

import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.link.LinkMessage;
import proa.config.tls.MemberTls;
import proa.vip.linux.ChangedSettings;
import proa.vip.linux.Descriptors;
import proa.vip.linux.RealTime;
import proa.vip.linux.Waker;
import proa.vip.mesh.Mesh;
import proa.vip.mesh.MeshSettings;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.GroupMachine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts vipd together, runs it until it is told to stop, and takes it apart. The calling thread
 * becomes the loop.
 *
 * <p>The order of opening matters when the process dies: the kernel closes descriptors from the
 * last opened to the first. So the lease tables come first (they go last), then the packet sockets,
 * the listener, the TUN device, and last, on higher descriptors, the mesh's connections, whose end
 * is news of our death. The first news is another's: the TUN device and a listener beside it are in
 * a table of descriptors of their own, which ends sooner, and holds the rest until it does.
 */
final class Daemon {

    /** A hand-over takes about 200 ms; a machine that does not finish must not hold up the host. */
    private static final long STOP_MILLIS = 3_000;

    /** From the end of the start to real time. */
    private static final long SETTLE_NANOS = 1_000_000_000;

    private static final long FLUSH_MILLIS = 200;

    /** Exit code of a life whose supervisor has to begin another one (sysexits.h, EX_TEMPFAIL). */
    private static final int AGAIN = 75;

    private final ProaConfig config;
    private final ClusterConfig.Node own;
    private final Path runDirectory;
    private final Path stateDirectory;
    private final String nodeUser;
    private final MeshTls tls;
    private final Journal journal = new Journal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int exitCode = 1;

    private Daemon(
            ProaConfig config,
            ClusterConfig.Node own,
            Path runDirectory,
            Path stateDirectory,
            String nodeUser) {
        this.nodeUser = nodeUser;
        this.config = config;
        this.own = own;
        this.runDirectory = runDirectory;
        this.stateDirectory = stateDirectory;
        this.tls = MeshTls.begin(config.cluster(), own.name());
    }

    /**
     * Runs until SIGTERM or SIGINT.
     *
     * @param nodeUser who the node of this host runs as; empty: the same user as this process
     * @return the exit code
     * @throws IOException with one line for the operator: it cannot work here
     */
    static int run(
            ProaConfig config, String node, Path runDirectory, Path stateDirectory, String nodeUser)
            throws IOException {
        ClusterConfig.Node own =
                config.cluster()
                        .node(node)
                        .orElseThrow(
                                () ->
                                        Refusal.ofInput(
                                                "the file lists no node "
                                                        + node
                                                        + ": use --node with one of "
                                                        + names(config)));
        if (config.groups().isEmpty()) {
            throw Refusal.ofInput("the file has no groups: there is no address to own");
        }
        return new Daemon(config, own, runDirectory, stateDirectory, nodeUser).open();
    }

    private static List<String> names(ProaConfig config) {
        return config.cluster().nodes().stream().map(ClusterConfig.Node::name).toList();
    }

    private int open() throws IOException {
        Opened opened = new Opened();
        // Never closed: threads that outlive the loop for a moment may still wake it.
        Waker waker = Waker.open();
        MaintenanceMemory memory =
                new MaintenanceMemory(new MaintenanceFiles(stateDirectory, runDirectory), journal);
        // After everything else: a disk that does not answer keeps nobody from the addresses.
        opened.add(memory::close);
        try (NodeServer server =
                        NodeServer.open(runDirectory.resolve("vipd.sock"), nodeUser, journal);
                ServiceReports reports = ServiceReports.open(System.getenv(), journal)) {
            Mesh mesh;
            Hands hands;
            if (config.cluster().ownership() == ClusterConfig.Ownership.KERNEL) {
                ChangedSettings changed =
                        ChangedSettings.open(ChangedSettings.file(runDirectory, System.getenv()));
                // After everything else has gone, and only when that was planned.
                opened.add(() -> putBack(changed));
                ServerSocket door = new ServerSocket();
                KernelHands kernel =
                        KernelHands.open(config, own, changed, journal, () -> bind(door));
                hands = kernel;
                mesh = listen(door, kernel);
                opened.add(mesh::close);
                // Before the mesh, whose end makes a peer take over the addresses.
                opened.add(hands::close);
            } else {
                mesh = Mesh.listen(settings(List.of(), 0));
                opened.add(mesh::close);
                hands = new BindHands(mesh, config.cluster().timing());
            }
            return serve(waker, server, mesh, hands, memory, reports);
        } catch (Refusal refusal) {
            exitCode = refusal.exitCode(); // the hook, if it runs by now, ends the process with it
            throw refusal;
        } finally {
            try {
                opened.close();
            } finally {
                journal.flush(FLUSH_MILLIS);
                ended.countDown();
            }
        }
    }

    /**
     * Settings of a life that another one follows at once, or that has failed, stay; not those of
     * one whose input was refused, which nothing follows.
     */
    private void putBack(ChangedSettings changed) {
        if (exitCode == 0 || exitCode == Refusal.WRONG_INPUT) {
            try {
                changed.restore();
            } catch (IOException e) {
                journal.warn("a setting of before is not back: " + e.getMessage());
            }
        }
    }

    private void bind(ServerSocket door) throws IOException {
        Mesh.bind(door, own.address(), config.cluster().ports().mesh());
    }

    private Mesh listen(ServerSocket door, KernelHands hands) throws IOException {
        try {
            MeshSettings settings = settings(hands.advertSources(), hands.earlyPort());
            Descriptors.fillHoles();
            return Mesh.on(door, settings);
        } catch (IOException | RuntimeException e) {
            hands.close();
            throw e;
        }
    }

    private int serve(
            Waker waker,
            NodeServer server,
            Mesh mesh,
            Hands hands,
            MaintenanceMemory memory,
            ServiceReports reports)
            throws IOException {
        Inbox inbox = new Inbox(waker);
        Loop loop = new Loop(config, own.name(), waker, hands, mesh, inbox, journal, memory);
        mesh.start(event -> inbox.post(() -> loop.mesh(event)));
        server.start(toLoop(inbox, loop.node()));
        journal.onAlarm(text -> inbox.post(() -> loop.node().alarm(text)));
        loop.startScripts();
        List<Refusal> wrong = new CopyOnWriteArrayList<>();
        Thread.ofPlatform().daemon().name("certificates").start(() -> warmUp(wrong, inbox, loop));
        RealTime.lockMemory()
                .ifPresent(why -> journal.warn("memory is not locked (CAP_IPC_LOCK): " + why));
        RealTime.beFirst();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(inbox, loop, reports), "stop"));
        loop.run(() -> reports.turn(loop::describe, System.nanoTime()));
        mesh.leave();
        if (!wrong.isEmpty()) {
            throw wrong.getFirst();
        }
        exitCode = loop.again() ? AGAIN : 0;
        journal.info("stopped");
        return exitCode;
    }

    private MeshSettings settings(List<InetAddress> advertSources, int earlyPort)
            throws IOException {
        List<MeshSettings.Peer> peers =
                config.cluster().peersOf(own.name()).stream()
                        .map(peer -> new MeshSettings.Peer(peer.name(), peer.id(), peer.address()))
                        .toList();
        MeshMessage.Hello hello =
                new MeshMessage.Hello(
                        own.name(), own.id(), config.cluster().name(), advertSources, earlyPort);
        int port = config.cluster().ports().mesh();
        return new MeshSettings(
                hello, own.address(), port, peers, tls.await(), MemberTls::nodeName);
    }

    private static NodeLink.Listener toLoop(Inbox inbox, NodeDesk node) {
        return new NodeLink.Listener() {
            @Override
            public void said(NodeLink link, LinkMessage.FromNode message) {
                inbox.post(() -> node.said(link, message));
            }

            @Override
            public void ended(NodeLink link) {
                inbox.post(() -> node.ended(link));
            }
        };
    }

    /**
     * What would have held up the start; has the loop be real-time when this and its own start are
     * over and the first second of its work; then looks after the certificates.
     */
    private void warmUp(List<Refusal> wrong, Inbox inbox, Loop loop) {
        try {
            new Rehearsal(config, own.name()).run();
        } catch (RuntimeException defect) {
            journal.warn("takeovers were not rehearsed, the first one is slow: " + defect);
        }
        Optional<Refusal> refusal = tls.check();
        if (refusal.isPresent()) {
            wrong.add(refusal.get());
            inbox.post(loop::shutdown);
            return;
        }
        LockSupport.parkNanos(SETTLE_NANOS);
        inbox.post(this::becomeRealTime);
        tls.watch(journal);
    }

    /** Without the right to it everything works, but a busy host delays it. */
    private void becomeRealTime() {
        RealTime.raise()
                .ifPresent(
                        why -> journal.warn("not scheduled in real time (CAP_SYS_NICE): " + why));
    }

    /** The hook of SIGTERM; exits with this process's own code instead of the signal's. */
    private void stop(Inbox inbox, Loop loop, ServiceReports reports) {
        reports.stopping();
        inbox.post(loop::shutdown);
        try {
            long hooksMillis = HookDesk.deadlineMax(config.groups()).toMillis();
            boolean _ =
                    ended.await(
                            GroupMachine.TAIL_MILLIS + STOP_MILLIS + 2 * hooksMillis,
                            TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
