package proa.chaos.bench.failover;

import org.jspecify.annotations.Nullable;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Shell;
import proa.chaos.lab.TrioPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** keepalived beside HAProxy on two hosts, as {@link KeepalivedSettings} tunes them. */
final class KeepalivedPair implements Contestant {

    static final String NAME = "keepalived";

    private static final String ADDRESS = "10.77.0.130";
    private static final List<String> PID_FILES = List.of("keepalived.pid", "vrrp.pid");
    private static final Duration WHOLE_MAX = Duration.ofMinutes(1);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final Lab lab;
    private final List<Member> members = new ArrayList<>();

    private static final class Member {
        private final Host host;
        private final Path folder;
        private @Nullable LabProcess keepalived;
        private @Nullable LabProcess haproxy;

        Member(Host host, Path folder) {
            this.host = host;
            this.folder = folder;
        }

        LabProcess keepalived() {
            return started(keepalived);
        }

        LabProcess haproxy() {
            return started(haproxy);
        }

        private LabProcess started(@Nullable LabProcess process) {
            if (process == null) {
                throw new LabException("nothing has been started on " + host.name());
            }
            return process;
        }
    }

    /**
     * Two more hosts of the lab; nothing runs on them yet.
     *
     * @param plan of the lab: its servers, its clients, and the interval between advertisements
     * @param folder for their files, one folder a host
     */
    KeepalivedPair(Lab lab, TrioPlan plan, Path folder) throws IOException {
        this.lab = lab;
        for (int number = 1; number <= 2; number++) {
            Host host = lab.host("ka" + number, "10.77.0." + (30 + number) + "/24");
            host.ip("route add " + plan.sourceNetwork() + " via " + plan.client() + "\n");
            Path own = Files.createDirectories(folder.resolve(host.name()));
            Files.writeString(
                    own.resolve("haproxy.cfg"), KeepalivedSettings.haproxy(plan.serverAddresses()));
            Files.writeString(own.resolve("haproxy.sh"), KeepalivedSettings.HAPROXY_SCRIPT);
            int priority = 260 - 10 * number;
            Files.writeString(
                    own.resolve("keepalived.conf"),
                    KeepalivedSettings.keepalived(ADDRESS, priority, plan.advertInterval(), own));
            members.add(new Member(host, own));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String address() {
        return ADDRESS;
    }

    @Override
    public List<Host> hosts() {
        return members.stream().map(member -> member.host).toList();
    }

    private Member member(Host host) {
        return members.stream().filter(each -> each.host == host).findFirst().orElseThrow();
    }

    @Override
    public void start() {
        for (Member member : members) {
            startHaproxy(member);
            startKeepalived(member);
        }
    }

    private static void startHaproxy(Member member) {
        member.haproxy = start(member, "haproxy", List.of("sh", "haproxy.sh"));
    }

    /** In the foreground; its address may be there from a life that ended without cleaning up. */
    private static void startKeepalived(Member member) {
        if (hasAddress(member)) {
            member.host.ip("address del " + ADDRESS + "/32 dev eth0\n");
        }
        forgetPids(member);
        member.keepalived =
                start(
                        member,
                        "keepalived",
                        List.of(
                                "keepalived",
                                "-n",
                                "-l",
                                "-P",
                                "-f",
                                "keepalived.conf",
                                "-p",
                                PID_FILES.getFirst(),
                                "-r",
                                PID_FILES.getLast()));
    }

    /** Of a life that was killed: another process may have its number, and it would not start. */
    private static void forgetPids(Member member) {
        try {
            for (String file : PID_FILES) {
                Files.deleteIfExists(member.folder.resolve(file));
            }
        } catch (IOException e) {
            throw new LabException("cannot remove keepalived's files: " + e.getMessage(), e);
        }
    }

    private static LabProcess start(Member member, String label, List<String> command) {
        List<String> there = new ArrayList<>(List.of("env", "--chdir=" + member.folder));
        there.addAll(command);
        return member.host.start(label, there, member.folder.resolve(label + ".log"), Map.of());
    }

    private static boolean hasAddress(Member member) {
        return member.host
                .run("ip", "-o", "address", "show", "dev", "eth0")
                .contains(" " + ADDRESS + "/");
    }

    /** Whether its keepalived would take the address, as it says itself when that changes. */
    private static boolean isReady(Member member) {
        String printed = member.keepalived().printed().toLowerCase(Locale.ROOT);
        int faulty = printed.lastIndexOf("entering fault state");
        int able =
                Math.max(
                        printed.lastIndexOf("entering backup state"),
                        printed.lastIndexOf("entering master state"));
        return able > faulty;
    }

    @Override
    public void awaitWhole() {
        Await.until(
                WHOLE_MAX,
                () ->
                        "both keepalived are ready and one has the address:\n"
                                + members.getFirst().keepalived().lastLines(10)
                                + "\n"
                                + members.getLast().keepalived().lastLines(10),
                () ->
                        members.stream().allMatch(KeepalivedPair::isReady)
                                && members.stream().filter(KeepalivedPair::hasAddress).count()
                                        == 1);
    }

    /** The process and what it has started, the root last. */
    private static List<String> pids(LabProcess process) {
        Stream<ProcessHandle> below =
                ProcessHandle.of(process.pid()).stream().flatMap(ProcessHandle::descendants);
        List<String> pids = new ArrayList<>(below.map(each -> "" + each.pid()).toList());
        pids.add("" + process.pid());
        return pids;
    }

    private static void signal(String signal, List<String> pids) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        command.addAll(pids);
        Shell.run(command);
    }

    /** HAProxy itself, below the script that waits for its end. */
    private static List<String> haproxy(Member member) {
        List<String> all = pids(member.haproxy());
        return all.subList(0, all.size() - 1);
    }

    private static List<String> everything(Member member) {
        List<String> pids = new ArrayList<>(pids(member.keepalived()));
        pids.addAll(haproxy(member));
        return pids;
    }

    @Override
    public void strike(Fault fault, Host owner) {
        Member member = member(owner);
        switch (fault) {
            case KILL_NODE -> signal("KILL", haproxy(member));
            case KILL_VIPD -> signal("KILL", pids(member.keepalived()));
            case HANG -> signal("STOP", everything(member));
            case CABLE -> lab.unplug(owner.name());
            case PLANNED -> member.keepalived().terminate();
        }
    }

    @Override
    public void mend(Fault fault, Host owner) {
        Member member = member(owner);
        switch (fault) {
            case KILL_NODE -> {
                member.haproxy().await(STOP_MAX);
                startHaproxy(member);
            }
            case KILL_VIPD, PLANNED -> {
                member.keepalived().await(STOP_MAX);
                startKeepalived(member);
            }
            case HANG -> signal("CONT", everything(member));
            case CABLE -> lab.plug(owner.name());
        }
    }
}
