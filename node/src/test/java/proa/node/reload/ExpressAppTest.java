package proa.node.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The one for Express. */
class ExpressAppTest extends ExampleApp {

    private static final Path MODULES = HOME.resolve("chaos-tests/src/test/node/node_modules");

    ExpressAppTest() {
        super("express");
    }

    @Override
    List<String> command(Path example) throws IOException {
        required(Files.isDirectory(MODULES), "the Node.js clients: ./proa test installs them");
        Path app = Files.copy(example.resolve("app.mjs"), directory.resolve("app.mjs"));
        Files.createSymbolicLink(directory.resolve("node_modules"), MODULES);
        return List.of("node", app.toString());
    }

    @Override
    String parts() {
        return "checks";
    }
}
