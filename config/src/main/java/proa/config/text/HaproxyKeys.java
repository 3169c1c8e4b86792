package proa.config.text;

import static proa.config.text.Key.defaulted;

import com.typesafe.config.ConfigObject;

import proa.config.AdminConfig.Haproxy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Keys of {@code admin.haproxy}, and what is read there. */
final class HaproxyKeys {

    static final Key<ConfigObject> HAPROXY =
            Keys.section("haproxy", "none", "a socket that speaks HAProxy's commands");

    /** Of {@code sun_path}, with a zero at its end; see unix(7). */
    private static final int PATH_BYTES_MAX = 107;

    private static final Key<String> SOCKET =
            Key.required(
                    "socket",
                    Kinds.file(),
                    "haproxy.sock",
                    "the Unix socket, mode 0660: /run/proa/haproxy.sock");
    private static final Key<Boolean> LEVEL =
            defaulted(
                    "level",
                    Kinds.choice(Map.of("view", false, "operate", true)),
                    true,
                    "operate",
                    "what may be done there: look only, or change servers and tables, too");

    static final Shape SHAPE =
            Shape.of(
                    "admin.haproxy",
                    "The socket for programs and scripts that know HAProxy's: hatop, socat,"
                            + " exporters. `--stats-socket` of `proa node` and `proa run` counts"
                            + " instead.",
                    SOCKET,
                    LEVEL);

    private HaproxyKeys() {}

    static Haproxy read(Section section, ClusterReader.Folder folder) {
        Path socket = folder.path(section, SOCKET);
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PATH_BYTES_MAX) {
            section.report()
                    .error(
                            section.path(SOCKET),
                            socket
                                    + " has "
                                    + bytes
                                    + " bytes; the path of a Unix socket has at most "
                                    + PATH_BYTES_MAX,
                            "/run/proa/haproxy.sock");
        }
        return new Haproxy(socket, section.get(LEVEL));
    }
}
