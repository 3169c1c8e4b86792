package proa.node.reload;

import proa.node.admin.Answer;
import proa.node.admin.Events;
import proa.node.admin.Events.Kind;
import proa.node.tls.FrontendSecurity;
import proa.node.tls.KeyLog;

import java.time.Duration;

/** Secrets of TLS handshakes for whoever captures packets, each time with an event. Any thread. */
final class KeyKeeping {

    private final NodeTls tls;
    private final Events events;

    KeyKeeping(NodeTls tls, Events events) {
        this.tls = tls;
        this.events = events;
    }

    Answer keep(String frontend, Duration limit, String by) {
        synchronized (tls) {
            FrontendSecurity security = tls.frontend(frontend);
            if (security == null) {
                return none(frontend);
            }
            String why = security.keepKeys(limit.toNanos());
            if (why != null) {
                return Answer.error(Answer.CONFLICT, "frontend " + frontend + ": " + why);
            }
        }
        events.add(
                Kind.NODE,
                frontend,
                "TLS secrets are kept for " + by + ", for " + limit.toSeconds() + " s at most");
        return Answer.ok(Answer.ordered("frontend", frontend, "seconds", limit.toSeconds()));
    }

    Answer take(String frontend, String by) {
        KeyLog.Kept kept;
        synchronized (tls) {
            FrontendSecurity security = tls.frontend(frontend);
            if (security == null) {
                return none(frontend);
            }
            kept = security.takeKeys();
        }
        if (kept == null) {
            return Answer.error(
                    Answer.CONFLICT, "frontend " + frontend + ": none are kept, or no longer");
        }
        events.add(
                Kind.NODE,
                frontend,
                by + " has taken " + kept.lines().size() + " TLS secrets; none are kept any more");
        return Answer.ok(Answer.ordered("lines", kept.lines(), "lost", kept.lost()));
    }

    private static Answer none(String frontend) {
        return Answer.error(Answer.NOT_FOUND, "there is no frontend " + frontend + " with TLS");
    }
}
