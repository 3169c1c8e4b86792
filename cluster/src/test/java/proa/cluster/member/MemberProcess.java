package proa.cluster.member;

import static java.nio.charset.StandardCharsets.UTF_8;

import proa.config.TableConfig;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One member of a trio as a process of its own, which {@link KilledMemberTest} starts and kills. It
 * prints every view as a line: the time in nanoseconds of the machine's monotonic clock, which all
 * processes share, and the number of members. To each line it reads it answers how many connections
 * one client has at all nodes; {@code open n} opens so many here before, {@code tell} writes all
 * that is kept of that client among the errors.
 */
final class MemberProcess {

    private MemberProcess() {}

    /** Starts one; its errors go into a file of that folder. */
    static Process start(String prefix, String node, long incarnation, Path folder)
            throws Exception {
        Certificates.write(folder, node);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemberProcess.class.getName(),
                        prefix,
                        node,
                        Long.toString(incarnation),
                        folder.toString())
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve(node + ".log").toFile()))
                .start();
    }

    /** Counts who is connected; its entries are forgotten soon, so that they are said again. */
    private static TableConfig connected() {
        return new TableConfig(
                "connected",
                TableConfig.Key.SOURCE,
                TableConfig.Prefix.DEFAULT,
                Duration.ofSeconds(1),
                1_000,
                List.of(new TableConfig.Counter("connections", Optional.empty(), true, true)),
                List.of());
    }

    /** Arguments: prefix of the addresses, node name, incarnation, folder of certificates. */
    public static void main(String[] arguments) throws Exception {
        String node = arguments[1];
        Member member =
                ClusterMember.start(
                        Trio.config(
                                arguments[0],
                                3,
                                List.of(Trio.sticky("clients", 1_000), connected())),
                        node,
                        Long.parseLong(arguments[2]),
                        Optional.of(Certificates.read(Path.of(arguments[3]), node)));
        member.onView(view -> System.out.println(System.nanoTime() + " " + view.members().size()));
        SharedTable connected = member.table("connected");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("open ")) {
                connected.add(Trio.key(1), 0, Integer.parseInt(line.substring(5)));
            }
            if (line.equals("tell")) {
                connected.entries(Trio.key(1)).forEach(System.err::println);
            }
            System.out.println("current " + connected.current(Trio.key(1), 0));
        }
        Runtime.getRuntime().halt(0); // the test has ended, which closes its side
    }
}
