package proa.config.text;

import proa.config.AdminConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.LogConfig;
import proa.config.LogConfig.Format;
import proa.config.LogConfig.Piece;
import proa.config.LogConfig.Syslog;
import proa.config.LogConfig.Target;
import proa.config.RecordOptions;
import proa.config.RecordOptions.RequestId;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads what is written down of a frontend's traffic, and where monitoring asks. */
final class RecordReader {

    private static final int FIELDS_MAX = 8;

    private RecordReader() {}

    static RecordOptions read(Section frontend, Mode mode, ClusterReader.Folder folder) {
        return new RecordOptions(
                frontend.child(RecordKeys.LOG, RecordKeys.LOG_SHAPE)
                        .map(section -> log(section, mode, folder)),
                frontend.child(RecordKeys.REQUEST_ID, RecordKeys.REQUEST_ID_SHAPE)
                        .map(section -> requestId(section, mode)));
    }

    static Optional<AdminConfig> admin(Section file, ClusterReader.Folder folder) {
        return file.child(RecordKeys.ADMIN, RecordKeys.ADMIN_SHAPE)
                .map(section -> admin(section, folder, new TlsReader(folder)));
    }

    private static AdminConfig admin(
            Section section, ClusterReader.Folder folder, TlsReader certificates) {
        AdminConfig admin =
                new AdminConfig(
                        section.get(RecordKeys.LISTEN),
                        section.some(
                                RecordKeys.ALLOW,
                                Kinds.network(),
                                "network",
                                "allow = [\"10.0.0.0/8\"] with the networks of your monitoring"),
                        section.child(RecordKeys.ADMIN_TLS, RecordKeys.ADMIN_IDENTITY)
                                .map(certificates::own),
                        section.find(RecordKeys.USERS)
                                .map(name -> folder.path(section, RecordKeys.USERS, name)),
                        section.child(OtlpKeys.OTLP, OtlpKeys.SHAPE)
                                .map(otlp -> OtlpKeys.read(otlp, folder)),
                        section.child(HaproxyKeys.HAPROXY, HaproxyKeys.SHAPE)
                                .map(haproxy -> HaproxyKeys.read(haproxy, folder)));
        boolean local = admin.address().getAddress().isLoopbackAddress();
        if (!local && admin.allow().isEmpty()) {
            section.report()
                    .conflict(
                            section.path(RecordKeys.LISTEN),
                            "the metrics of everybody are open to everybody",
                            "allow = [\"10.0.0.0/8\"] with the networks of your monitoring");
        }
        if (!local && admin.users().isPresent() && admin.tls().isEmpty()) {
            section.report()
                    .conflict(
                            section.path(RecordKeys.USERS),
                            "passwords of `users` would travel in clear",
                            "tls { certificate = \"admin.pem\" }, or listen = \"127.0.0.1:9110\"");
        }
        return admin;
    }

    private static RequestId requestId(Section section, Mode mode) {
        if (mode != Mode.HTTP) {
            section.report()
                    .conflict(section.path(), "`request-id` needs `mode = http`", "remove it");
        }
        String header = section.get(RecordKeys.HEADER);
        if (HeaderReader.isTaken(header)) {
            section.report()
                    .error(
                            section.path(RecordKeys.HEADER),
                            "`" + header + "` means something else in a request",
                            "header = X-Request-ID");
        }
        return new RequestId(
                header,
                section.get(RecordKeys.GENERATE),
                section.get(RecordKeys.ACCEPT),
                section.get(RecordKeys.RESPOND));
    }

    private static LogConfig log(Section section, Mode mode, ClusterReader.Folder folder) {
        if (mode != Mode.HTTP && mode != Mode.TCP) {
            section.report()
                    .conflict(section.path(), "`log` needs `mode = http` or `tcp`", "remove it");
        }
        List<String> fields = section.all(RecordKeys.FIELDS, Kinds.token());
        Format format = format(section, mode);
        secrets(section, RecordKeys.FIELDS, fields);
        secrets(section, RecordKeys.TEMPLATE, inTemplate(format));
        if (fields.size() > FIELDS_MAX) {
            section.report()
                    .error(
                            section.path(RecordKeys.FIELDS),
                            "more than " + FIELDS_MAX + " fields",
                            "the ones you look for");
        }
        return new LogConfig(
                format,
                target(section, folder),
                section.get(RecordKeys.EVERY),
                section.get(RecordKeys.EMPTY),
                fields);
    }

    private static Format format(Section section, Mode mode) {
        if (section.has(RecordKeys.TEMPLATE) && section.has(RecordKeys.FORMAT)) {
            section.report()
                    .error(
                            section.path(RecordKeys.TEMPLATE),
                            "both `format` and `template`",
                            "one of them");
        }
        Format usual = mode == Mode.HTTP ? new Format.Httplog() : new Format.Tcplog();
        return section.find(RecordKeys.TEMPLATE)
                .<Format>map(Format.Own::new)
                .orElseGet(() -> section.find(RecordKeys.FORMAT).orElse(usual));
    }

    private static List<String> inTemplate(Format format) {
        return format instanceof Format.Own(List<Piece> pieces)
                ? pieces.stream()
                        .filter(Piece.Header.class::isInstance)
                        .map(piece -> ((Piece.Header) piece).name())
                        .toList()
                : List.of();
    }

    /** A log is read by more people than may see these. */
    private static void secrets(Section section, Key<?> key, List<String> fields) {
        fields.stream()
                .filter(name -> RecordOptions.SECRET_FIELDS.contains(name.toLowerCase(Locale.ROOT)))
                .forEach(
                        name ->
                                section.report()
                                        .error(
                                                section.path(key),
                                                "`" + name + "` holds secrets and is never logged",
                                                "remove it"));
    }

    private static Target target(Section section, ClusterReader.Folder folder) {
        Optional<String> syslog = section.find(RecordKeys.SYSLOG);
        if (section.has(RecordKeys.SYSLOG) && section.has(RecordKeys.FILE)) {
            section.report()
                    .error(
                            section.path(RecordKeys.SYSLOG),
                            "both `file` and `syslog`",
                            "one of them");
        }
        if (syslog.isPresent()) {
            Syslog as =
                    new Syslog(section.get(RecordKeys.FACILITY), section.get(RecordKeys.MODERN));
            return syslog(section, syslog.get(), as);
        }
        return section.find(RecordKeys.FILE)
                .<Target>map(name -> new Target.File(folder.path(section, RecordKeys.FILE, name)))
                .orElseGet(Target.Stdout::new);
    }

    private static Target syslog(Section section, String where, Syslog as) {
        if (where.startsWith("/")) {
            return new Target.Local(Path.of(where), as);
        }
        return Addresses.socket(where)
                .<Target>map(address -> new Target.Network(address, as))
                .orElseGet(
                        () -> {
                            section.report()
                                    .error(
                                            section.path(RecordKeys.SYSLOG),
                                            "\""
                                                    + Kinds.clip(where)
                                                    + "\" is neither address:port nor a path",
                                            "\"10.0.0.9:514\" or \"/dev/log\"");
                            return new Target.Stdout();
                        });
    }
}
