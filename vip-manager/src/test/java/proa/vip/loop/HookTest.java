package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Trio;
import proa.vip.lab.Watch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** An operator's program moves the addresses of three real vipds. */
@RequiresNetns
final class HookTest {

    /** Advertisements are rare, so that an owner whose machine is busy stays. */
    private static final String GROUPS =
            """
            web {
              vrid = 51, prefer = [lb1, lb2, lb3], failback = never
              vips { main = "10.77.0.100", other = "10.77.0.101" }, track { gateway = "10.77.0.1" }
              vrrp { advert-interval = 1s }
              hook { command = ["FOLDER/move", "an argument"], deadline = 5s }
            }
            """;

    /** Writes down how it was run; a file named after the node makes it fail or hang. */
    private static final String PROGRAM =
            """
            #!/bin/sh
            cd FOLDER
            echo "$PROA_NODE $PROA_STATE $PROA_GROUP [$PROA_VIPS] $1 owner=$PROA_OWNER" >>runs
            [ -n "$PROA_TERM" ] && [ -n "$PROA_REASON" ] || exit 9
            if [ "$PROA_STATE" = active ] && [ -e fail-$PROA_NODE ]; then echo no such port; exit 3; fi
            if [ "$PROA_STATE" = active ] && [ -e hang-$PROA_NODE ]; then
              sleep 3600 & echo $! >sleeper; wait
            fi
            exit 0
            """;

    @TempDir private Path folder;

    private List<String> runs(String node, String state) throws Exception {
        return Files.readAllLines(folder.resolve("runs")).stream()
                .filter(line -> line.startsWith(node + " " + state + " "))
                .toList();
    }

    private static boolean lives(String pid) {
        return Files.isDirectory(Path.of("/proc", pid.strip()));
    }

    @Test
    void theProgramFollowsTheGroupAndWhereItFailsTheNextNodeOwns() throws Exception {
        Path program = folder.resolve("move");
        Files.writeString(program, PROGRAM.replace("FOLDER", folder.toString()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(folder.resolve("runs"));
        Files.createFile(folder.resolve("fail-lb2"));
        try (Trio trio = new Trio(folder, GROUPS.replace("FOLDER", folder.toString()));
                Watch watch = trio.watch()) {
            int first = trio.owner();
            String owner = "lb" + first;
            Trio.await("the owner's run", () -> !runs(owner, "active").isEmpty());
            assertThat(runs(owner, "active").getFirst())
                    .contains("web [10.77.0.100 10.77.0.101] an argument owner=" + owner);

            Files.createFile(folder.resolve("hang-lb1"));
            Files.createFile(folder.resolve("hang-lb3"));
            trio.node(first).kill();
            Path sleeper = folder.resolve("sleeper");
            Trio.await("a program that hangs", () -> Files.exists(sleeper));
            Trio.await(
                    "its end, with what it had started",
                    () -> {
                        String pid = Files.readString(sleeper);
                        return !pid.isBlank() && !lives(pid);
                    });
            Files.delete(folder.resolve("hang-lb1"));
            Files.delete(folder.resolve("hang-lb3"));
            trio.startNode(first);
            Trio.await("an owner whose program succeeds", () -> served(trio));
            watch.stop("hooks that fail and hang");
            Trio.await("a release", () -> !runs(owner, "backup").isEmpty());
            String all = trio.vipd(1).output() + trio.vipd(2).output() + trio.vipd(3).output();
            assertThat(all).contains("the hook for active: killed, no end after");
            if (!runs("lb2", "active").isEmpty()) {
                trio.awaitLine(2, "the hook for active: exit code 3");
                trio.awaitLine(2, "it said: no such port");
                trio.awaitLine(2, "active → fault");
                Trio.await("clean-up after a failure", () -> !runs("lb2", "fault").isEmpty());
            }
        }
    }

    /** Whether a node that can own has said so since its program ended well. */
    private static boolean served(Trio trio) {
        for (int host : new int[] {1, 3}) {
            if (trio.owner() == host
                    && trio.vipd(host).isAlive()
                    && lastHook(trio, host).contains("the hook for active: exit code 0")) {
                return true;
            }
        }
        return false;
    }

    private static String lastHook(Trio trio, int host) {
        try {
            return trio.vipd(host)
                    .output()
                    .lines()
                    .filter(line -> line.contains("the hook for "))
                    .reduce("", (_, last) -> last);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
