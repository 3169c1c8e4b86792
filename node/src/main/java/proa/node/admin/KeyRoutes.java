package proa.node.admin;

import proa.node.admin.Route.Call;
import proa.node.admin.Route.Handler;
import proa.node.admin.Route.Parameter;

import java.time.Duration;
import java.util.List;

/**
 * What {@code proa capture} asks of a node: the secrets of TLS handshakes, which leave it by its
 * socket for admins alone; part of {@link Router}.
 */
final class KeyRoutes {

    private static final int SECONDS_MAX = 4_000;

    private KeyRoutes() {}

    static List<Route> of(Control control) {
        return List.of(
                route(
                        "begin",
                        "Keeps the secrets of a frontend's handshakes from now on.",
                        call -> begin(control, call),
                        new Parameter("seconds", true, "forgotten afterwards, 1 to 4000")),
                route(
                        "end",
                        "Those that were kept, and no more from now on.",
                        call -> control.takeKeys(call.name("frontend"), call.by())));
    }

    private static Route route(
            String verb, String summary, Handler handler, Parameter... parameters) {
        return new Route(
                "POST",
                "/frontends/{frontend}/keys/" + verb,
                Level.ADMIN,
                summary,
                List.of(parameters),
                handler,
                true);
    }

    private static Answer begin(Control control, Call call) {
        String seconds = call.parameter("seconds");
        int number = seconds.matches("\\d{1,4}") ? Integer.parseInt(seconds) : 0;
        return number < 1 || number > SECONDS_MAX
                ? Answer.error(
                        Answer.BAD_REQUEST, "seconds is 1 to " + SECONDS_MAX + ", not " + seconds)
                : control.keepKeys(call.name("frontend"), Duration.ofSeconds(number), call.by());
    }
}
