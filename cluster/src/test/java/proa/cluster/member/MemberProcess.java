package proa.cluster.member;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One member of a trio as a process of its own, which {@link KilledMemberTest} starts and kills. It
 * prints every view as a line: the time in nanoseconds of the machine's monotonic clock, which all
 * processes share, and the number of members.
 */
final class MemberProcess {

    private MemberProcess() {}

    /** Starts a class like this one; its errors go into a file of that folder. */
    static Process start(Class<?> main, String prefix, String node, long incarnation, Path folder)
            throws Exception {
        Certificates.write(folder, node);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        prefix,
                        node,
                        Long.toString(incarnation),
                        folder.toString())
                .redirectError(folder.resolve(node + ".log").toFile())
                .start();
    }

    /** Arguments: prefix of the addresses, node name, incarnation, folder of certificates. */
    public static void main(String[] arguments) throws Exception {
        String node = arguments[1];
        Member member =
                ClusterMember.start(
                        Trio.config(arguments[0], 3, List.of(Trio.sticky("clients", 1_000))),
                        node,
                        Long.parseLong(arguments[2]),
                        Optional.of(Certificates.read(Path.of(arguments[3]), node)));
        member.onView(view -> System.out.println(System.nanoTime() + " " + view.members().size()));
        while (System.in.read() >= 0) {
            // until the test ends, which closes its side
        }
        Runtime.getRuntime().halt(0);
    }
}
