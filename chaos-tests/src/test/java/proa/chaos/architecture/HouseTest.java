package proa.chaos.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Holds the product to each fence, and shows with a fixture that each fence bites. */
class HouseTest {
    private static final Path HOME = Path.of(System.getProperty("proa.home"));
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(proa[\\w.]*)` \\| ([RC]) \\|");
    private static final String FIXTURE_ROOT = "proa.chaos.architecture.fixture";

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("proa");
    private static final JavaClasses FIXTURE = new ClassFileImporter().importPackages(FIXTURE_ROOT);

    @ParameterizedTest
    @MethodSource("fences")
    void theProductKeepsInside(Function<HouseRules, ArchRule> fence) {
        fence.apply(rules("proa", "main")).check(PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("fences")
    void theFenceBites(Function<HouseRules, ArchRule> fence, List<String> offences) {
        HouseRules rules = rules(FIXTURE_ROOT, "test");
        List<String> report = fence.apply(rules).evaluate(FIXTURE).getFailureReport().getDetails();
        assertThat(report).allMatch(line -> offences.stream().anyMatch(line::contains));
        assertThat(offences).allMatch(offence -> report.stream().anyMatch(has(offence)));
    }

    @Test
    void everyRoomStandsInTheTableOfTheArchitecture() throws IOException {
        Map<String, Rooms.Kind> table = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(HOME.resolve("docs/ARCHITECTURE.md")));
        while (row.find()) {
            boolean rules = row.group(2).equals("R");
            table.put(row.group(1), rules ? Rooms.Kind.RULES : Rooms.Kind.CARRIERS);
        }
        assertThat(table).isEqualTo(rooms("proa", "main").kinds());
    }

    private static HouseRules rules(String root, String kindOfSource) {
        return new HouseRules(rooms(root, kindOfSource));
    }

    private static Rooms rooms(String root, String kindOfSource) {
        Stream<Path> sources =
                Stream.of(HOME.toFile().listFiles())
                        .map(module -> module.toPath().resolve("src/" + kindOfSource + "/java"))
                        .filter(Files::isDirectory);
        return Rooms.read(root, sources);
    }

    private static Predicate<String> has(String offence) {
        return line -> line.contains(offence);
    }

    static Stream<Arguments> fences() {
        return Stream.of(
                fence("every package says R or C", HouseRules::everyPackageSaysWhatItIs, "Attic"),
                fence(
                        "rules know only values",
                        HouseRules::rulesKnowOnlyValues,
                        "java.lang.Thread",
                        "java.util.concurrent.locks.Lock",
                        "java.util.concurrent.ExecutorService",
                        "java.net.Socket",
                        "io.netty.buffer.ByteBuf",
                        "com.typesafe.config"),
                fence(
                        "rules ask no clock",
                        HouseRules::rulesAskNoClock,
                        "System.nanoTime()",
                        "System.currentTimeMillis()",
                        "Instant.now()",
                        "java.util.Random.<init>()",
                        "String.format(java.lang.String, [Ljava.lang.Object;)",
                        "String.toLowerCase()",
                        "ConfigFactory.load()"),
                fence("rules do not synchronize", HouseRules::rulesDoNotSynchronize, "guarded()"),
                fence("one parser", HouseRules::onlyTextParsesHocon, "ParsesHocon"),
                fence("certificates", HouseRules::onlyTlsMakesCertificates, "MakesCertificates"),
                fence("JGroups", HouseRules::onlyTheTransportKnowsJgroups, "org.jgroups.Address"),
                fence(
                        "Hazelcast",
                        HouseRules::onlyTheEngineKnowsHazelcast,
                        "com.hazelcast.core.HazelcastInstance"),
                fence("native code", HouseRules::onlyANamedFewCallNativeCode, "CallsNative"),
                fence("Netty", HouseRules::onlyTheNodesCarriersKnowNetty, "KnowsNetty"),
                fence("node without vipd", HouseRules::theNodeDoesNotKnowVipd, "KnowsVipd"),
                fence(
                        "vipd without node",
                        HouseRules::vipdKnowsNeitherNodeNorCluster,
                        "node.cli.KnowsVipd",
                        "cluster.member.KnowsJGroups"),
                fence("config alone", HouseRules::configKnowsNobody, "KnowsTheCluster"),
                fence("cluster on config", HouseRules::theClusterKnowsOnlyConfig, "KnowsTheNode"));
    }

    private static Arguments fence(
            String name, Function<HouseRules, ArchRule> rule, String... offences) {
        return Arguments.of(Named.of(name, rule), List.of(offences));
    }
}
