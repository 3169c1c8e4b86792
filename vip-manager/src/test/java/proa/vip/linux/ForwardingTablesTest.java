package proa.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.forwarding.Buckets;
import proa.vip.forwarding.Filling;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Value;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a real kernel makes of maps that are filled by messages, as the nft program lists it. */
@RequiresNetns
class ForwardingTablesTest {

    private static final List<String> KINDS =
            List.of("nat 4", "nat 6", "stateless 4", "stateless 6", "dsr 4", "dsr 6");

    private static final Pattern COUNTED =
            Pattern.compile("\"packets\": ?(\\d+), ?\"bytes\": ?(\\d+)");

    @TempDir private Path folder;
    private Site site;
    private Program forwarder;

    @BeforeEach
    void start() throws Exception {
        site = new Site();
        Path log = folder.resolve("forwarder.log");
        forwarder = new Program(site.command(1), log, "proa.vip.linux.Forwarder", List.of());
        Trio.await("a forwarder", () -> forwarder.output().contains("ready"));
    }

    @AfterEach
    void stop() throws IOException {
        forwarder.close();
        site.close();
    }

    private String ask(String line) throws Exception {
        int before = forwarder.output().length();
        forwarder.tell(line);
        Trio.await(line, () -> forwarder.output().indexOf(" micros=", before) >= 0);
        String answer = forwarder.output().substring(before).strip();
        System.out.println(answer);
        return answer;
    }

    private String nft(String text) throws IOException {
        Path file = folder.resolve("text");
        Files.writeString(file, text);
        return site.inside(1, "nft", "-f", file.toString());
    }

    private static boolean six(String kind) {
        return kind.endsWith("6");
    }

    private static Service service(String kind) {
        return Forwarder.service(kind.substring(0, kind.indexOf(' ')), six(kind));
    }

    private static String table(String kind) {
        return (six(kind) ? "ip6 " : "ip ") + Forwarder.TABLE;
    }

    /** The same, put in as an operator would. */
    private static String text(String kind, Set<String> usable) {
        Filling filling = new Filling(service(kind), Buckets.of(service(kind), usable));
        String map = table(kind) + " " + filling.map();
        StringBuilder text = new StringBuilder("flush map " + map + "\nadd element " + map + " {");
        int mark = RuleSet.MARK;
        for (Value value : filling.values()) {
            text.append(mark++).append(" : ").append(printed(value)).append(",\n");
        }
        return text + "}\n";
    }

    private static String printed(Value value) {
        return switch (value) {
            case Value.Mark(int number) -> "" + number;
            case Value.Address(var address) -> address.getHostAddress();
            case Value.Place(var place) ->
                    place.getAddress().getHostAddress() + " . " + place.getPort();
        };
    }

    /** The kernel lists a map in the order of its hash, which has another seed in each. */
    private List<String> map(String kind) throws IOException {
        String listing = nft("list map " + table(kind) + " f_sql\n");
        return Pattern.compile("0x[0-9a-f]+ : [^,}]+")
                .matcher(listing)
                .results()
                .map(each -> each.group().strip())
                .sorted()
                .toList();
    }

    @Test
    void messagesFillAMapAsTextDoes() throws Exception {
        for (String kind : KINDS) {
            assertThat(ask("make " + kind)).contains("marked=false,true");
            ask("fill " + kind + " s1,s2,s3");
            assertThat(map(kind)).hasSize(Buckets.SIZE);
            ask("fill " + kind + " s1,s3");
            List<String> ours = map(kind);
            nft(text(kind, Set.of("s1", "s3")));
            assertThat(ours).as(kind).hasSize(Buckets.SIZE).isEqualTo(map(kind));
            ask("fill " + kind);
            assertThat(map(kind)).isEmpty();
        }
    }

    @Test
    void whatIsReadIsWhatTheKernelHasCounted() throws Exception {
        for (String kind : KINDS) {
            ask("make " + kind);
            List<String> sets = new ArrayList<>(List.of("_new", "_to"));
            if (!kind.startsWith("dsr")) {
                sets.add("_from");
            }
            long count = 5_000_000_000L;
            StringBuilder expected = new StringBuilder();
            for (String set : sets) {
                String name = table(kind) + " f_sql" + set;
                nft("flush set " + name + "\n");
                expected.append("f_sql").append(set).append('=');
                for (String element : elements(kind)) {
                    count += 7;
                    String counter = " counter packets " + count + " bytes " + 90 * count;
                    nft("add element " + name + " { " + element + counter + " }\n");
                    expected.append("Count[packets=").append(count);
                    expected.append(", bytes=").append(90 * count).append("];");
                }
            }
            assertThat(ask("count " + kind)).as(kind).contains(expected);
            assertThat(listed(kind, "f_sql_to")).hasSize(3).allMatch(expected.toString()::contains);
            ask("fill " + kind + " s2");
            assertThat(ask("count " + kind)).as("filled again, " + kind).contains(expected);
        }
    }

    /** As the program reads them, in no order. */
    private List<String> listed(String kind, String set) throws IOException {
        String[] words = table(kind).split(" ");
        String listing = site.inside(1, "nft", "-j", "list", "set", words[0], words[1], set);
        return COUNTED.matcher(listing).results().map(ForwardingTablesTest::listed).toList();
    }

    private static String listed(MatchResult each) {
        return "Count[packets=" + each.group(1) + ", bytes=" + each.group(2) + "]";
    }

    private static List<String> elements(String kind) {
        Service service = service(kind);
        return service.servers().stream()
                .map(
                        server ->
                                kind.startsWith("dsr")
                                        ? number(service, server.name())
                                        : printed(new Value.Place(server.address())))
                .toList();
    }

    private static String number(Service service, String server) {
        Optional<Buckets> only = Buckets.of(service, Set.of(server));
        return printed(new Filling(service, only).values().getFirst());
    }

    /** Where the nft program would begin anew without end. */
    @Test
    void mapsAreFilledAndCountersReadWhileTheRulesChangeAllTheTime() throws Exception {
        ask("make nat 4");
        ask("storm");
        for (int round = 0; round < 20; round++) {
            assertThat(ask("fill nat 4 s1,s" + (2 + round % 2))).contains("done");
            assertThat(ask("count nat 4")).contains("Count[packets=0, bytes=0];f_sql_from=");
        }
        assertThat(forwarder.output()).doesNotContain("no storm any more");
    }
}
