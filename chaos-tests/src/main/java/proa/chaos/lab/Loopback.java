package proa.chaos.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * This machine as the only place, for a trio on loopback addresses. Its processes end with it, also
 * when this process is killed. Safe from any thread.
 */
public final class Loopback implements Place, AutoCloseable {

    private final List<LabProcess> processes = new CopyOnWriteArrayList<>();
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private final Process janitor;

    /** Set before it is looked which processes there are: what is started later sees it. */
    private volatile boolean closed;

    private Loopback(Process janitor) {
        this.janitor = janitor;
    }

    /** Starts the shell that ends what is left when this process is gone. */
    public static Loopback open() {
        String script =
                """
                trap '' HUP INT TERM
                said=$(cat)
                case $said in *keep) exit 0 ;; esac
                for pid in $said; do kill -KILL "$pid"; done
                """;
        try {
            return new Loopback(
                    new ProcessBuilder("bash", "-c", script, "janitor")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new LabException("cannot start the janitor: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "loopback";
    }

    @Override
    public List<String> inside(List<String> command) {
        return command;
    }

    @Override
    public synchronized void adopt(LabProcess process) {
        processes.add(process);
        if (closed) {
            process.endedBefore();
        }
        say(process.pid() + "\n");
    }

    private void say(String words) {
        try {
            OutputStream to = janitor.getOutputStream();
            to.write(words.getBytes(StandardCharsets.US_ASCII));
            to.flush();
        } catch (IOException e) {
            throw new LabException("the janitor is gone: " + e.getMessage(), e);
        }
    }

    /** Leaves everything running, also beyond the end of this process. */
    public void keep() {
        say("keep");
        dismiss();
    }

    /** Ends every process. */
    @Override
    public void close() {
        closed = true;
        processes.forEach(LabProcess::kill);
        synchronized (this) { // no id behind the last word
            // Their ids may belong to others soon.
            keep();
        }
    }

    private void dismiss() {
        try {
            janitor.getOutputStream().close();
            janitor.waitFor(5, TimeUnit.SECONDS);
        } catch (IOException _) {
            // It has gone, as it should.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether a process listens on an address and port, by the kernel's own tables: how "who has
     * bound it, owns it" is asked without asking the product. Linux only.
     */
    public static boolean listens(long pid, String address, int port) {
        return TABLES.stream()
                .flatMap(table -> sockets(table, address, port))
                .anyMatch(inode -> holds(pid, inode));
    }

    /** Inodes of listening sockets; in the second table the address comes after a prefix. */
    private static Stream<String> sockets(Path table, String address, int port) {
        String[] parts = address.split("\\.");
        StringBuilder local = new StringBuilder();
        for (int at = 3; at >= 0; at--) {
            local.append(String.format(java.util.Locale.ROOT, "%02X", Integer.parseInt(parts[at])));
        }
        String wanted =
                local.append(String.format(java.util.Locale.ROOT, ":%04X", port)).toString();
        try {
            return Files.readAllLines(table).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(words -> words[1].endsWith(wanted) && words[3].equals("0A"))
                    .map(words -> words[9]);
        } catch (IOException _) {
            return Stream.empty();
        }
    }

    private static boolean holds(long pid, String inode) {
        String wanted = "socket:[" + inode + "]";
        try (var open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : open) {
                if (target(descriptor).equals(wanted)) {
                    return true;
                }
            }
        } catch (IOException _) {
            // It has ended.
        }
        return false;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return "";
        }
    }
}
