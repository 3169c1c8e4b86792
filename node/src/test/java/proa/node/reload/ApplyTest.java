package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.cli.NodeCommands;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** One configuration for three real nodes, by the commands that operators use. */
class ApplyTest {

    @TempDir private static Path root;

    private static ApplyTrio trio;

    @BeforeAll
    static void start() throws Exception {
        trio = new ApplyTrio(root);
    }

    @AfterAll
    static void close() {
        trio.close();
    }

    private static NodeCommands.Done proa(String node, String... arguments) {
        return NodeCommands.run(trio.folder(node), arguments);
    }

    /** Has lb1 apply that text. */
    private static NodeCommands.Done apply(String text, String... options) throws Exception {
        Path file = Files.writeString(root.resolve("next.conf"), text);
        String[] arguments = new String[options.length + 2];
        arguments[0] = "apply";
        arguments[1] = file.toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        return proa("lb1", arguments);
    }

    private static void applied(int weight, String... options) throws Exception {
        NodeCommands.Done done = apply(trio.text(weight, ""), options);
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out()).contains(" is in use: ");
    }

    private static String hash(String node) {
        return trio.node(node).generation().hash();
    }

    @Test
    void allNodesTakeItInTogetherAndSayWhoWantedIt() throws Exception {
        applied(7);
        for (String node : ApplyTrio.NAMES) {
            assertThat(trio.weight(node)).isEqualTo(7);
        }
        String history = proa("lb2", "history").out();
        assertThat(history.lines().findFirst().orElseThrow())
                .contains(hash("lb2"), System.getProperty("user.name") + " on lb1", "next.conf");
        Path versions = trio.folder("lb3").resolve("state/configurations");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(versions)))
                .isEqualTo("rwx------");
        try (var files = Files.list(versions)) {
            assertThat(files.map(ApplyTest::mode)).containsOnly("rw-------");
        }
        assertThat(Files.readString(trio.file("lb2"))).contains("weight = 1"); // it is not ours
        Await.until(
                "all are seen with one hash",
                () -> trio.status("lb3").split(hash("lb3"), -1).length == 4);
        assertThat(trio.status("lb3")).endsWith("\"differing\":[]");
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatOneNodeCannotTakeNobodyTakes() throws Exception {
        applied(2);
        Files.writeString(trio.folder("lb1").resolve("503.html"), "later");
        Files.writeString(trio.folder("lb3").resolve("503.html"), "later");
        String before = hash("lb1");
        NodeCommands.Done done = apply(trio.text(3, ", error-pages { 503 = \"503.html\" }"));
        assertThat(done.code()).isEqualTo(2);
        assertThat(done.err().strip())
                .startsWith("lb2: ")
                .contains("503.html")
                .doesNotContain("lb1: ", "lb3: ");
        for (String node : ApplyTrio.NAMES) {
            assertThat(hash(node)).isEqualTo(before);
            Path pending = trio.folder(node).resolve("state/configurations/pending");
            Await.until("nothing is kept ready on " + node, () -> !Files.exists(pending));
        }
        assertThat(apply(trio.text(3, "").replace("= shop", "= shp")).err())
                .contains("lb1: ", "lb2: ", "lb3: ", "next.conf (version ", "shp");
        assertThat(apply(trio.text(3, "").replace("vrid = 51", "vrid = 52")).err())
                .contains("lb3: groups.web.vrid");
        applied(3); // nothing is kept ready any more
    }

    @Test
    void aDiskThatTakesNothingOnOneNodeIsSaidBeforeAnythingChanges() throws Exception {
        applied(2);
        Path blocked = trio.folder("lb2").resolve("state/configurations/pending/full");
        Files.createDirectories(blocked);
        NodeCommands.Done done = apply(trio.text(3, ""));
        Files.delete(blocked);
        Files.delete(blocked.getParent());
        assertThat(done.code()).isEqualTo(2);
        assertThat(done.err().strip())
                .startsWith("lb2: the state directory cannot be written")
                .doesNotContain("lb1: ", "lb3: ");
        assertThat(trio.weight("lb3")).isEqualTo(2);
        applied(3);
    }

    @Test
    void aPortThatIsTakenIsSaidBeforeAnythingChanges() throws Exception {
        applied(2);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String fixed =
                    "frontends { more { bind { address = \"127.0.0.1\", port = "
                            + taken.getLocalPort()
                            + " }, mode = tcp, backend = shop }\n";
            NodeCommands.Done done = apply(trio.text(4, "").replace("frontends {", fixed));
            assertThat(done.code()).isEqualTo(2);
            assertThat(done.err()).contains("lb1: ", "lb2: ", "lb3: ", "" + taken.getLocalPort());
        }
        assertThat(trio.weight("lb2")).isEqualTo(2);
    }

    @Test
    void anOutdatedBaseIsRefusedAndADryRunChangesNothing() throws Exception {
        applied(2);
        String before = hash("lb1");
        NodeCommands.Done late = apply(trio.text(5, ""), "--based-on", "0123abcd");
        assertThat(late.code()).isEqualTo(2);
        assertThat(late.err()).contains(before, "0123abcd");
        NodeCommands.Done dry = apply(trio.text(5, ""), "--dry-run", "--based-on", before);
        assertThat(dry.code()).as(dry.err()).isZero();
        assertThat(dry.out()).startsWith("every node can take it in");
        assertThat(trio.weight("lb2")).isEqualTo(2);
    }

    @Test
    void anAdminAppliesItFromElsewhereOverTlsAndNobodyElseDoes() throws Exception {
        applied(2);
        String before = hash("lb1");
        ApiClient api = new ApiClient(trio.node("lb1"), root);
        String next = trio.text(7, "");
        String apply = "/apply?file=next.conf";
        assertThat(api.post("anna:guess", apply, next))
                .startsWith("401 ")
                .contains("the name or the password is wrong");
        assertThat(api.post("olga:" + ConsoleSite.PASSWORD, apply, next))
                .startsWith("403 ")
                .contains("this needs the role admin; olga has operate");
        String anna = "anna:" + ConsoleSite.PASSWORD;
        assertThat(api.post(anna, apply + "&based-on=0123abcd", next))
                .startsWith("422 ")
                .contains(before, "0123abcd");
        assertThat(api.post(anna, apply, next.replace("= shop", "= shp")))
                .startsWith("422 ")
                .contains("lb1: ", "lb2: ", "lb3: ", "shp");
        assertThat(api.post(anna, apply + "&without=lb9", next)).startsWith("422 ");
        for (String node : ApplyTrio.NAMES) {
            assertThat(hash(node)).as("nothing has changed").isEqualTo(before);
        }
        assertThat(api.post(anna, apply + "&based-on=" + before, next)).startsWith("200 ");
        for (String node : ApplyTrio.NAMES) {
            assertThat(trio.weight(node)).isEqualTo(7);
        }
        assertThat(proa("lb3", "history").out().lines().findFirst().orElseThrow())
                .contains(hash("lb1"), "anna on lb1", "next.conf");
        assertThat(api.post(anna, "/rollback", "")).startsWith("200 ");
        assertThat(hash("lb2")).isEqualTo(before);
    }

    @Test
    void anEarlierVersionComesBackAsTheNewest() throws Exception {
        applied(8);
        String eight = hash("lb1");
        String number = proa("lb1", "history").out().split(" ", 2)[0];
        applied(9);
        applied(9); // the same once more is a version, and not what one goes back to
        NodeCommands.Done back = proa("lb3", "rollback");
        assertThat(back.code()).as(back.err()).isZero();
        assertThat(hash("lb2")).isEqualTo(eight);
        applied(9);
        assertThat(proa("lb2", "rollback", number).out()).contains(eight);
        assertThat(trio.weight("lb1")).isEqualTo(8);
        assertThat(proa("lb2", "history", number).out()).contains("weight = 8");
        assertThat(proa("lb2", "rollback", "4711").err())
                .contains("there is no version 4711 (there are ");
    }

    @Test
    void aNodeThatWasAwayFollowsAndItsOwnEditIsSeen() throws Exception {
        applied(2);
        trio.stop("lb3");
        Await.until("lb3 is missed", () -> !trio.status("lb1").contains("\"lb3\""));
        NodeCommands.Done refused = apply(trio.text(6, ""));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("lb3 is not in sight", "--without lb3");
        applied(6, "--without", "lb3");
        trio.start("lb3");
        Await.until("lb3 is ready", () -> trio.node("lb3").lacking().isEmpty());
        assertThat(trio.weight("lb3")).as("not before it follows").isEqualTo(6);
        trio.awaitTogether(3);

        trio.stop("lb3");
        trio.start("lb3"); // by the version on its disk, not by its file
        assertThat(trio.weight("lb3")).isEqualTo(6);

        Files.writeString(trio.file("lb3"), trio.text(12, ""));
        assertThat(proa("lb3", "reload").code()).isZero();
        assertThat(trio.weight("lb3")).isEqualTo(12);
        Await.until(
                "lb1 sees that lb3 has another one",
                () -> trio.status("lb1").endsWith("\"differing\":[\"lb3\"]"));
        assertThat(ObservedSite.metrics(trio.node("lb1")))
                .contains("proa_configuration_differing_nodes 1");
        Await.until(
                "lb3 sees that both others have",
                () ->
                        ObservedSite.metrics(trio.node("lb3"))
                                .contains("proa_configuration_differing_nodes 2"));
        NodeCommands.Done both =
                apply(trio.text(6, ""), "--based-on", hash("lb1") + "," + hash("lb3"));
        assertThat(both.code()).as(both.err()).isZero();
        assertThat(trio.weight("lb3")).isEqualTo(6);
        Await.until(
                "lb1 sees that all have the same",
                () ->
                        ObservedSite.metrics(trio.node("lb1"))
                                .contains("proa_configuration_differing_nodes 0"));
    }

    @Test
    void whoIsToldFollowsWithTheConfigurationAndTheBundleHasNoSecrets() throws Exception {
        applied(2);
        Path told = root.resolve("told");
        Path script = Files.writeString(root.resolve("tell.sh"), "#!/bin/sh\ncat >> " + told);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        String more =
                ", rules = [ { set-request-header { X-Api-Key = hunter2 } } ] # not hunter2\n";
        String hooks =
                "notify { all { program = \""
                        + script
                        + "\", on = [reload] }, pager { webhook ="
                        + " \"https://pager.example/hunter2\", on = [node] } }\n";
        NodeCommands.Done done = apply(trio.text(4, more) + hooks);
        assertThat(done.code()).as(done.err()).isZero();
        Await.until(
                "the reload of each node is told",
                () ->
                        Files.exists(told)
                                && ApplyTrio.NAMES.stream()
                                        .allMatch(name -> says(told, "\"node\":\"" + name)));

        Path bundle = root.resolve("bundle.tar.gz");
        NodeCommands.Done written = proa("lb2", "support", "-o", bundle.toString());
        assertThat(written.code()).as(written.err()).isZero();
        assertThat(mode(bundle)).isEqualTo("rw-------");
        Path unpacked = Files.createDirectories(root.resolve("unpacked"));
        Process tar =
                new ProcessBuilder("tar", "xzf", bundle.toString(), "-C", unpacked.toString())
                        .inheritIO()
                        .start();
        assertThat(tar.waitFor()).isZero();
        StringBuilder everything = new StringBuilder();
        try (var files = Files.walk(unpacked)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                everything.append(file).append('\n').append(Files.readString(file));
            }
        }
        assertThat(everything.toString())
                .doesNotContain("hunter2")
                .contains("X-Api-Key = \"***\"", "weight = 4", "host/proc/meminfo", "MemTotal")
                .contains("vipd.json", "\"replicator\"", "java.vm.version", "generation");
        applied(5); // without them
    }

    private static boolean says(Path file, String word) {
        try {
            return Files.readString(file).contains(word);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
