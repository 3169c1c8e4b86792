package proa.config.text;

import proa.config.FrontendConfig;
import proa.config.Http2Options;
import proa.config.HttpOptions;
import proa.config.HttpOptions.ErrorPage;
import proa.config.HttpOptions.Version;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads whom a frontend believes and how its own answers look. */
final class OptionsReader {

    private static final int STATUS_MIN = 400;
    private static final int STATUS_MAX = 599;

    private OptionsReader() {}

    static HttpOptions read(Section section, ClusterReader.Folder folder) {
        return new HttpOptions(
                section.all(RuleKeys.Options.TRUSTED, Kinds.network()),
                section.get(RuleKeys.Options.PROXY_PROTOCOL),
                RuleKeys.Options.forwarded(section),
                errorPages(section, folder),
                versions(section),
                http2(section.childOrEmpty(Http2Keys.HTTP2, Http2Keys.SHAPE)),
                section.get(RuleKeys.Options.CLIENT_FIELD));
    }

    private static List<Version> versions(Section section) {
        if (section.has(Http2Keys.PROTOCOLS)) {
            return section.all(Http2Keys.PROTOCOLS, Http2Keys.VERSION);
        }
        boolean secured = section.has(FrontendKeys.Frontend.TLS);
        boolean http = section.get(FrontendKeys.Frontend.MODE) == FrontendConfig.Mode.HTTP;
        return secured && http ? Http2Keys.OVER_TLS : HttpOptions.DEFAULTS.versions();
    }

    private static Http2Options http2(Section section) {
        return new Http2Options(
                section.get(Http2Keys.STREAMS),
                section.get(Http2Keys.WINDOW).intValue(),
                section.get(Http2Keys.RESETS),
                section.get(Http2Keys.CONTROL_FRAMES),
                section.get(Http2Keys.CONTINUATIONS));
    }

    private static List<ErrorPage> errorPages(Section section, ClusterReader.Folder folder) {
        List<ErrorPage> pages = new ArrayList<>();
        for (Section.Item item : section.named(RuleKeys.Options.ERROR_PAGES)) {
            Optional<Path> file =
                    section.read(Kinds.file(), item)
                            .map(name -> folder.path(section, RuleKeys.Options.ERROR_PAGES, name));
            int status = status(item.name());
            if (status == 0) {
                section.report()
                        .error(
                                item.path(),
                                "\"" + Kinds.clip(item.name()) + "\" is not the status of an error",
                                STATUS_MIN + " to " + STATUS_MAX);
            }
            file.filter(_ -> status > 0).ifPresent(at -> pages.add(new ErrorPage(status, at)));
        }
        return pages;
    }

    private static int status(String name) {
        int status = name.matches("\\d{3}") ? Integer.parseInt(name) : 0;
        return status >= STATUS_MIN && status <= STATUS_MAX ? status : 0;
    }
}
