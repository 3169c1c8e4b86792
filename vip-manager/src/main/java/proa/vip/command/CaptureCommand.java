package proa.vip.command;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import proa.config.ProaConfig;
import proa.config.command.Subcommand;
import proa.config.file.KernelFiles;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.vip.linux.CaptureSocket;
import proa.vip.packet.CaptureFilter;
import proa.vip.packet.Pcapng;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code proa capture TARGET}. This process reads the packets itself, with the rights of whoever
 * runs it: vipd has other things to do in time, and the node has no such right.
 */
@Command(
        name = "capture",
        description = {
            "Write the packets of a floating address or of one frontend into a file (pcapng), for"
                    + " tcpdump and Wireshark. Needs root.",
            "The file has what clients say, and with --keys it can be decrypted: treat both as"
                    + " secrets."
        },
        mixinStandardHelpOptions = true)
public final class CaptureCommand implements Subcommand {

    /** The node forgets the keys by itself this long after the capture had to end. */
    private static final long KEYS_GRACE_SECONDS = 30;

    @Parameters(
            index = "0",
            paramLabel = "TARGET",
            description = "A floating address, or a frontend that listens on one.")
    private String target = "";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "/etc/proa/proa.conf",
            description = "The configuration file. Default: ${DEFAULT-VALUE}.")
    private Path config = Path.of("");

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "Which of the file's nodes this host is; default: the host name.")
    private @Nullable String node;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description = "Where node.sock is; default: /run/proa/CLUSTER/NODE.")
    private @Nullable Path runDirectory;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "A new file for the packets.")
    private Path out = Path.of("");

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "A new file for the secrets of TLS handshakes meanwhile (NSS format).")
    private @Nullable Path keys;

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            description = "Where to look; default: the address's own.")
    private @Nullable String device;

    @Mixin private CaptureLimits limits = new CaptureLimits();

    @Spec private @Nullable CommandSpec spec;

    /** For picocli and {@link java.util.ServiceLoader}. */
    public CaptureCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        limits.check(command());
        String name = node == null ? KernelFiles.nodeName() : node;
        return switch (ConfigReader.read(config, name)) {
            case Outcome.Refused refused -> {
                refused.violations().forEach(each -> command().getErr().println(each));
                yield CommandLine.ExitCode.USAGE;
            }
            case Outcome.Ok ok -> {
                Path directory =
                        runDirectory == null
                                ? Path.of("/run/proa", ok.config().cluster().name(), name)
                                : runDirectory;
                yield capture(ok.config(), directory);
            }
        };
    }

    private CommandLine command() {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        return spec.commandLine();
    }

    private int capture(ProaConfig file, Path directory) throws IOException {
        CaptureTarget wanted;
        try {
            wanted = CaptureTarget.of(file, target);
        } catch (IOException unknown) {
            command().getErr().println(unknown.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        try (FileChannel _ = alone(directory);
                Interrupted interrupted = new Interrupted()) {
            captureAlone(wanted, directory, interrupted);
            return CommandLine.ExitCode.OK;
        } catch (IOException e) {
            command().getErr().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Held as long as it is open. Nothing is written: others own that directory. */
    private static FileChannel alone(Path directory) throws IOException {
        Path path = directory.resolve("capture.lock");
        FileChannel channel;
        try {
            channel =
                    FileChannel.open(
                            path,
                            Set.of(
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE,
                                    LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "nothing of Proa runs here (no " + directory + "): use --run-dir", e);
        }
        if (!locked(channel)) {
            channel.close();
            throw new IOException(
                    "another capture is running here (it holds " + path + "): wait, or end it");
        }
        return channel;
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private void captureAlone(CaptureTarget wanted, Path directory, Interrupted interrupted)
            throws IOException {
        NetworkInterface at = wanted.device(Optional.ofNullable(device));
        List<CaptureFilter.Step> filter =
                CaptureFilter.of(wanted.vip().address(), wanted.port(), limits.snapBytes());
        try (CaptureSocket socket = CaptureSocket.open(at.getIndex(), at.isLoopback(), filter)) {
            if (keys == null) {
                run(wanted, at, socket, interrupted);
            } else {
                runWithKeys(wanted, directory, keys, () -> run(wanted, at, socket, interrupted));
            }
        }
    }

    /** A capture under way. */
    private interface Running {
        void run() throws IOException;
    }

    private void runWithKeys(CaptureTarget wanted, Path directory, Path file, Running running)
            throws IOException {
        if (wanted.secured().isEmpty()) {
            throw new IOException("no TLS keys: no frontend of " + wanted.words() + " has TLS");
        }
        KeyLogSocket node = new KeyLogSocket(directory.resolve("node.sock"));
        try (FileChannel channel = CaptureFile.open(file)) {
            begin(node, wanted, file);
            try {
                running.run();
            } finally {
                for (String frontend : wanted.secured()) {
                    write(node.end(frontend), frontend, channel);
                }
            }
        }
    }

    private void begin(KeyLogSocket node, CaptureTarget wanted, Path file) throws IOException {
        try {
            node.begin(wanted.secured(), limits.seconds() + KEYS_GRACE_SECONDS);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private void write(KeyLogSocket.Kept kept, String frontend, FileChannel to) throws IOException {
        StringBuilder lines = new StringBuilder();
        kept.lines().forEach(line -> lines.append(line).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
        say(
                kept.lines().size()
                        + " TLS secrets of "
                        + frontend
                        + " in "
                        + keys
                        + (kept.lost() == 0 ? "" : ", " + kept.lost() + " found no room"));
    }

    private void run(
            CaptureTarget wanted,
            NetworkInterface at,
            CaptureSocket socket,
            Interrupted interrupted)
            throws IOException {
        byte[] head =
                Pcapng.begin(
                        "Proa", wanted.words() + ", " + target, at.getName(), limits.snapBytes());
        try (CaptureFile packets = CaptureFile.create(out, head)) {
            say(
                    "capturing "
                            + wanted.words()
                            + " on "
                            + at.getName()
                            + ": "
                            + limits.words()
                            + "; Ctrl-C ends it");
            String why = new Capture(socket, packets, limits, interrupted).run();
            say(
                    packets.packets()
                            + " packets, "
                            + packets.bytes()
                            + " bytes in "
                            + out
                            + ", "
                            + socket.dropped()
                            + " dropped by the kernel: "
                            + why);
        }
    }

    private void say(String line) {
        command().getOut().println(line);
        command().getOut().flush();
    }
}
