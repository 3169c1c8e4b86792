package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig.RateLimit;
import proa.config.FrontendConfig.Rule;
import proa.config.TableConfig.Counter;
import proa.node.exchange.Traffic.Decision;
import proa.node.message.FieldEdit;
import proa.node.rules.FrontendTraffic.Step;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Rules that limit, ready to run.
 *
 * <p>Fields for clients: {@code RateLimit-Policy} and {@code RateLimit} as of
 * draft-ietf-httpapi-ratelimit-headers-10, {@code Retry-After} as of RFC 9110 §10.2.3. The window
 * slides, so the time told is the longest after which all of the limit is there again.
 */
final class Limits {

    private Limits() {}

    static Step step(Compiler.Test when, Rule.Limit rule, String place, Compiler compiler) {
        RateLimit limit = rule.limit();
        int slot = compiler.slot(limit.table());
        Tracked tracked = compiler.tracked(slot);
        KeyOf by = KeyOf.of(tracked.table(), rule.by());
        Counters.Limiter limiter = compiler.limiter(limit);
        int counter = tracked.table().schema().counter(limit.counter());
        boolean counts = limit.counter().equals(Counter.REQUESTS);
        Duration window = window(tracked, counter);
        Teller teller = new Teller(limit, rule.status(), place, window, rule.headers());
        return request -> {
            if (!when.holds(request)) {
                return null;
            }
            long left =
                    counts
                            ? request.admit(slot, by, limiter, limit.to())
                            : request.check(slot, by, limiter, counter);
            if (left == Request.UNLIMITED) {
                return null;
            }
            return left < 0 ? teller.refusal() : teller.told(request, left);
        };
    }

    private static Duration window(Tracked tracked, int counter) {
        return Duration.ofNanos(tracked.table().schema().counters().get(counter).windowNanos());
    }

    /** What clients are told of a limit; made once as far as it does not change. */
    private static final class Teller {
        private final Decision refusal;
        private final FieldEdit.Add policy;
        private final String name;
        private final long seconds;
        private final boolean headers;

        Teller(RateLimit limit, int status, String place, Duration window, boolean headers) {
            this.name = '"' + limit.table() + '"';
            this.seconds = Math.max(1, window.toSeconds());
            this.headers = headers;
            String quota = name + ";q=" + limit.to() + ";w=" + seconds;
            this.policy = new FieldEdit.Add("RateLimit-Policy", quota);
            String why = "too many " + limit.counter() + ": refused by " + place;
            this.refusal =
                    headers
                            ? new Decision.Respond(status, fields(quota), body(why))
                            : new Decision.Reply(status, why);
        }

        private String fields(String quota) {
            return String.join(
                    "\r\n",
                    "RateLimit-Policy: " + quota,
                    "RateLimit: " + left(0),
                    "Retry-After: " + seconds,
                    "Content-Type: text/plain",
                    "");
        }

        private static byte[] body(String why) {
            return (why + "\n").getBytes(StandardCharsets.US_ASCII);
        }

        Decision refusal() {
            return refusal;
        }

        /** Says in the response what is left; never a decision. */
        @Nullable Decision told(Request request, long left) {
            if (headers) {
                request.ofResponse().add(policy);
                request.ofResponse().add(new FieldEdit.Add("RateLimit", left(left)));
            }
            return null;
        }

        private String left(long left) {
            return name + ";r=" + left + ";t=" + seconds;
        }
    }
}
