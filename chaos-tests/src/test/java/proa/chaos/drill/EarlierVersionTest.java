package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.LabException;
import proa.config.drill.DrillPlan;
import proa.config.drill.Step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What an upgrade may begin with, and how a drill becomes one from there. */
class EarlierVersionTest {

    @TempDir Path folder;

    /** As a package unpacks: a script that says a version, and where its libraries are. */
    private Path program(Path at, String script) throws IOException {
        Files.createDirectories(at.resolve("lib"));
        Files.createDirectories(at.resolve("runtime"));
        Files.writeString(
                at.resolve("classpath"), "node=/usr/lib/proa/lib/a.jar:/usr/lib/proa/lib/b.jar\n");
        Files.writeString(at.resolve("lib/a.jar"), "a");
        return script(at.resolve("proa"), script);
    }

    private static Path script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private Path made(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    @Test
    void anUnpackedPackageRunsFromWhereItIs() throws Exception {
        Path tree = folder.resolve("tree");
        program(
                tree.resolve("usr/lib/proa"),
                "echo \"proa 0.9 $PROA_CLASSES\"; cat \"${0%/*}/classpath\" >&2");

        assertThat(EarlierVersion.refusal(tree)).isEmpty();
        Path work = made("work");
        EarlierVersion version = EarlierVersion.of(tree, work);

        assertThat(version.version()).startsWith("proa 0.9 false");
        String lib = work.resolve("from/lib").toString();
        assertThat(Files.readString(work.resolve("from/classpath")))
                .isEqualTo("node=" + lib + "/a.jar:" + lib + "/b.jar\n");
        assertThat(work.resolve("from/lib/a.jar")).hasContent("a");
    }

    @Test
    void theFolderOfItsProgramIsEnough() throws Exception {
        Path program = folder.resolve("program");
        program(program, "echo proa 0.9");

        assertThat(EarlierVersion.refusal(program)).isEmpty();
        assertThat(EarlierVersion.of(program, made("work")).launcher())
                .isEqualTo(folder.resolve("work/from/proa"));
    }

    @Test
    void aBuiltTreeRunsByItsOwnScript() throws Exception {
        Path tree = made("source");
        script(tree.resolve("proa"), "echo from source");
        assertThat(EarlierVersion.refusal(tree))
                .get()
                .asString()
                .contains("a source tree that is built");

        Files.createDirectories(tree.resolve("target"));
        Files.writeString(tree.resolve("target/proa.classpath"), "all=x\n");
        assertThat(EarlierVersion.refusal(tree)).isEmpty();
        assertThat(EarlierVersion.of(tree, made("work")))
                .isEqualTo(new EarlierVersion(tree.resolve("proa"), "from source"));
    }

    @Test
    void whatIsNoVersionIsRefused() throws Exception {
        assertThat(EarlierVersion.refusal(folder.resolve("none.deb")))
                .hasValueSatisfying(why -> assertThat(why).endsWith("no such package or folder"));
        Path file = Files.writeString(folder.resolve("proa.rpm"), "");
        assertThat(EarlierVersion.refusal(file))
                .hasValueSatisfying(
                        why -> assertThat(why).endsWith("neither a package (.deb) nor a folder"));
        assertThat(EarlierVersion.refusal(made("empty")))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("neither usr/lib/proa of a package"));
    }

    @Test
    void oneThatDoesNotRunSaysWhatItSaid() throws Exception {
        Path program = folder.resolve("program");
        program(program, "echo broken; exit 1");
        assertThatThrownBy(() -> EarlierVersion.of(program, made("work")))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("does not run:\nbroken");
    }

    private static DrillPlan drill(String name) throws Exception {
        return DrillFiles.read(List.of(name)).getFirst();
    }

    @Test
    void everyBalancerIsUpgradedInTheEnd() throws Exception {
        DrillPlan plan = drill("rolling-upgrade");
        assertThat(plan.steps().stream().map(Step::text))
                .containsExactly("upgrade lb1", "upgrade lb2", "upgrade owner");

        assertThat(EarlierVersion.whole(plan, 3).steps().stream().map(Step::text))
                .containsExactly("upgrade lb1", "upgrade lb2", "upgrade owner", "upgrade lb3");
        assertThat(EarlierVersion.whole(plan, 2)).isEqualTo(plan);
        DrillPlan kill = drill("kill-node");
        assertThat(EarlierVersion.whole(kill, 3)).isEqualTo(kill);
        assertThat(EarlierVersion.isUpgraded(kill)).isFalse();
    }
}
