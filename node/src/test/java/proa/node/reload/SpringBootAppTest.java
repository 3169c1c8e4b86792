package proa.node.reload;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The one for Spring Boot, as its own Maven has built it: nothing of it is on our class path. */
class SpringBootAppTest extends ExampleApp {

    SpringBootAppTest() {
        super("spring-boot");
    }

    @Override
    List<String> command(Path example) {
        Path app = example.resolve("target/app.jar");
        required(Files.isRegularFile(app), app + ": ./proa test builds it");
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                app.toString());
    }

    @Override
    String parts() {
        return "components";
    }
}
