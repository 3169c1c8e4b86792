package proa.node.reload;

import proa.config.text.Redaction;
import proa.node.admin.Answer;
import proa.node.apply.OwnFile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What somebody needs who helps from afar, out of the running process. */
final class Diagnosis {

    /** Of threads together; a stack that goes in circles would fill the disk. */
    private static final int CHARACTERS_MAX = 1 << 20;

    private static final List<String> PROPERTIES =
            List.of(
                    "java.vm.name",
                    "java.vm.version",
                    "java.runtime.version",
                    "os.name",
                    "os.version",
                    "os.arch");

    private Diagnosis() {}

    static Map<String, Object> of(Setup setup, String metrics) {
        return Answer.ordered(
                "threads", threads(),
                "metrics", metrics,
                "versions", versions(setup),
                "configuration", configuration(setup.own()));
    }

    /** Threads of the platform; virtual ones are their carriers. */
    private static String threads() {
        StringBuilder out = new StringBuilder();
        Thread.getAllStackTraces()
                .forEach(
                        (thread, frames) -> {
                            if (out.length() < CHARACTERS_MAX) {
                                out.append('"').append(thread.getName()).append("\" ");
                                out.append(thread.getState()).append('\n');
                                for (StackTraceElement frame : frames) {
                                    out.append("    at ").append(frame).append('\n');
                                }
                            }
                        });
        return out.toString();
    }

    private static String versions(Setup setup) {
        StringBuilder out = new StringBuilder();
        String version = Diagnosis.class.getPackage().getImplementationVersion();
        line(out, "proa", version == null ? "built here" : version);
        line(out, "node", setup.node());
        line(out, "configuration", setup.hash());
        PROPERTIES.forEach(name -> line(out, name, System.getProperty(name, "")));
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        line(out, "uptimeMillis", Long.toString(runtime.getUptime()));
        Runtime process = Runtime.getRuntime();
        line(out, "processors", Integer.toString(process.availableProcessors()));
        line(out, "heapBytesMax", Long.toString(process.maxMemory()));
        line(out, "heapBytesUsed", Long.toString(process.totalMemory() - process.freeMemory()));
        runtime.getInputArguments().stream()
                .filter(argument -> argument.startsWith("-X"))
                .forEach(argument -> line(out, "jvm", argument));
        return out.toString();
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append(' ').append(value).append('\n');
    }

    private static String configuration(Optional<OwnFile> own) {
        if (own.isEmpty()) {
            return "";
        }
        try {
            return Redaction.ofConfiguration(own.get().textThatCounts());
        } catch (IOException e) {
            return "cannot be read: " + Reasons.of(e);
        }
    }
}
