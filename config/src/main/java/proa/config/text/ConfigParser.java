package proa.config.text;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Text → records or every violation. Pure: reads no file, no environment and no system property.
 * Any thread.
 *
 * <p>Only three things stop the reading before everything has been looked at: nesting beyond a
 * limit, a syntax error, and a substitution without a value; behind each of them nothing could be
 * said with certainty.
 */
public final class ConfigParser {

    private ConfigParser() {}

    /**
     * Reads a configuration.
     *
     * @param text HOCON
     * @param file its name, for messages
     * @param folder what relative file names in it are relative to
     * @param node the node that {@code %{node}} stands for, if the caller is one
     */
    public static Outcome parse(String text, String file, Path folder, Optional<String> node) {
        return parse(text, file, folder, node, CertificateChecks.NONE);
    }

    /**
     * Reads a configuration, and has the certificate files looked at that it names.
     *
     * @param certificates looks into them
     */
    public static Outcome parse(
            String text,
            String file,
            Path folder,
            Optional<String> node,
            CertificateChecks certificates) {
        Report report = new Report(file);
        return open(text, file, report)
                .map(config -> Section.open(config.root(), "", Keys.File.SHAPE, report))
                .map(root -> read(root, folder, node, certificates))
                .orElseGet(() -> new Outcome.Refused(report.errors()));
    }

    /**
     * The text as the library understands it, unless it cannot; why, and what the library would
     * have passed over in silence, is in the report then.
     */
    static Optional<Config> open(String text, String file, Report report) {
        Scan.Look look = Scan.of(text, report);
        if (!look.readable()) {
            return Optional.empty();
        }
        NoIncludes includes = new NoIncludes();
        try {
            Config config = resolved(text, file, includes);
            look.lostAt().ifPresent(line -> unseen(line, report));
            if (includes.asked() && report.clean()) {
                report.error(1, Scan.INCLUDE, Optional.of("write its contents here"));
            }
            return Optional.of(config);
        } catch (ConfigException syntax) {
            report.error(line(syntax), message(syntax), Optional.empty());
            return Optional.empty();
        }
    }

    private static void unseen(int line, Report report) {
        report.error(
                line,
                "cannot be followed from here on: keys written twice could not be seen",
                Optional.of("`key = value` or `key {` on one line, names without escapes"));
    }

    /** The text as the library understands it, without the machine's own properties. */
    static Config resolved(String text, String file) {
        return resolved(text, file, new NoIncludes());
    }

    private static Config resolved(String text, String file, NoIncludes includes) {
        return ConfigFactory.parseString(text, options(file, includes)).resolve(resolving());
    }

    private static ConfigParseOptions options(String file, NoIncludes includes) {
        return ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription(file)
                .setAllowMissing(false)
                .prependIncluder(includes);
    }

    private static ConfigResolveOptions resolving() {
        return ConfigResolveOptions.noSystem();
    }

    private static Outcome read(
            Section file, Path folder, Optional<String> node, CertificateChecks certificates) {
        Report report = file.report();
        file.get(Keys.File.SCHEMA);
        ClusterReader.Folder files = new ClusterReader.Folder(folder, node);
        ClusterConfig cluster = ClusterReader.read(file, files);
        List<GroupConfig> groups = GroupReader.read(file);
        List<TableConfig> tables = TableReader.read(file);
        ConditionReader conditions = ConditionReader.of(file);
        List<FrontendConfig> frontends = FrontendReader.read(file, conditions, files);
        List<BackendConfig> backends = BackendReader.read(file, files);
        ProaConfig config =
                new ProaConfig(
                        cluster,
                        groups,
                        tables,
                        frontends,
                        backends,
                        limits(file),
                        RecordReader.admin(file, files),
                        SessionKeys.read(file),
                        NotifyKeys.read(file, files));
        NetworkChecks.check(config, node, report);
        TrafficChecks.check(config, report);
        SourceChecks.check(config, report);
        SpreadingChecks.check(config, report);
        RateChecks.check(config, report);
        StickyChecks.check(config, report);
        UdpChecks.check(config, report);
        ForwardingChecks.check(config, report);
        TlsChecks.check(config, report, certificates);
        SessionKeys.check(config, report);
        UnusedChecks.check(config, conditions, report);
        return report.clean()
                ? new Outcome.Ok(config, report.warnings(), Canonical.hash(config))
                : new Outcome.Refused(report.errors());
    }

    private static ProaConfig.NodeLimits limits(Section file) {
        Section section = file.childOrEmpty(Keys.File.LIMITS, Keys.NodeLimits.SHAPE);
        return new ProaConfig.NodeLimits(section.find(Keys.NodeLimits.CONNECTIONS));
    }

    private static int line(ConfigException syntax) {
        @Nullable ConfigOrigin origin = syntax.origin();
        return origin == null ? 0 : Math.max(0, origin.lineNumber());
    }

    /** The library's words without its own {@code file: line:} in front, on one line. */
    private static String message(ConfigException syntax) {
        String message = String.valueOf(syntax.getMessage());
        String bare = message.replaceFirst("^.*?: \\d+(?:-\\d+)?: ", "");
        return Kinds.clip(bare, 300);
    }
}
