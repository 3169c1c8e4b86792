package proa.chaos.load;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import proa.chaos.lab.Conversation;
import proa.chaos.load.LoadReport.Done;
import proa.chaos.load.LoadReport.Filled;
import proa.chaos.load.LoadReport.ReadBack;
import proa.chaos.report.Json;
import proa.config.command.Subcommand;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code proa demo-load}: {@link Load}'s process. Lines of standard input: {@code fill SESSIONS
 * STICKY}, {@code start}, {@code fault NANOS} (counts from there), {@code report NANOS}, {@code
 * read NODE}, {@code stop}; each is answered with a record of {@link LoadReport}.
 */
@Command(
        name = "demo-load",
        hidden = true,
        description = "Clients of a trio, steered through standard input.")
public final class LoadCommand implements Subcommand {

    @Parameters(paramLabel = "PLAN", description = "A load plan as JSON.")
    private String planText = "";

    @Override
    public Integer call() throws IOException {
        LoadPlan plan = Json.read(planText, LoadPlan.class);
        try (Pace pace = new Pace()) {
            Conversation.answer(new Clients(plan, pace));
        }
        return 0;
    }

    private static final class Clients implements Conversation.Answers {
        private final RequestLog log = new RequestLog();
        private final HttpClients http;
        private final SessionClients sessions;
        private final StickyClients sticky;
        private final LimitedClient limited;
        private final LongEcho longEcho;
        private final OnceClients once;
        private final EndedSessions ended;
        private final ExactLimit exact;
        private final StormClients storm;
        private final LoadPlan plan;
        private final Pace pace;

        Clients(LoadPlan plan, Pace pace) {
            this.plan = plan;
            this.pace = pace;
            http = new HttpClients(plan, log, pace);
            sessions = new SessionClients(plan, pace);
            sticky = new StickyClients(plan, pace);
            limited = new LimitedClient(plan, pace);
            longEcho = new LongEcho(plan, pace);
            once = new OnceClients(plan, pace);
            ended = new EndedSessions(plan, pace);
            exact = new ExactLimit(plan);
            storm = new StormClients(plan, log);
        }

        @Override
        public Record to(String question) throws IOException {
            String[] words = question.split(" ");
            return switch (words[0]) {
                case "fill" -> fill(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                case "start" -> start();
                case "fault" -> fault(Long.parseLong(words[1]));
                case "report" -> report(Long.parseLong(words[1]));
                case "read" -> read(words[1]);
                case "counts" -> log.counts();
                case "underway" -> underWay(Long.parseLong(words[1]), Long.parseLong(words[2]));
                case "series" ->
                        log.series(
                                Long.parseLong(words[1]),
                                Long.parseLong(words[2]),
                                Integer.parseInt(words[3]));
                case "failures" -> log.failures(Long.parseLong(words[1]));
                case "witnesses" -> witnesses();
                case "once" -> once.report();
                case "registers" -> sessions.registers();
                case "page" -> page();
                case "gone" -> ended.readBack(words[1]);
                case "limit" -> limit();
                case "exact" -> exact.await();
                case "forget" -> forget();
                case "server" -> server(words[1], words[2]);
                case "storm" -> storm(Integer.parseInt(words[1]));
                case "stormed" -> stormed();
                case "stop" -> stop();
                default -> throw new IOException("not a question: " + question);
            };
        }

        private LoadReport.UnderWay underWay(long fromNanos, long toNanos) {
            return new LoadReport.UnderWay(
                    log.underWay(fromNanos, toNanos).requests()
                            + once.underWay(fromNanos, toNanos));
        }

        private Filled fill(int sessionCount, int stickyCount) {
            long begun = System.nanoTime();
            int failed = sessions.fill(sessionCount) + sticky.fill(stickyCount);
            return new Filled(
                    sessions.acknowledged(),
                    sticky.known(),
                    failed,
                    sessions.lastError() + sticky.lastError(),
                    (System.nanoTime() - begun) / 1e6);
        }

        private Done start() {
            http.start();
            sessions.start();
            sticky.start();
            limited.start();
            longEcho.start();
            return done();
        }

        /** The clients that only drills need. */
        private Done witnesses() {
            once.start();
            ended.start();
            return done();
        }

        /** A part of a long run is over: what it has left to be remembered is judged. */
        private Record page() {
            try {
                once.judge();
            } catch (IOException _) {
                // A server that cannot be asked now still is at the end.
            }
            return sessions.registersSoFar();
        }

        private Done limit() {
            exact.begin();
            return done();
        }

        /** What has been read back is no subject of the next drill. */
        private Done forget() {
            sessions.forget();
            ended.forget();
            limited.forget();
            return done();
        }

        /** Tells a server what to suffer from. */
        private Done server(String name, String trouble) throws IOException {
            try (HttpConnection connection = HttpConnection.open(plan.server(name))) {
                connection.get("/trouble/" + trouble, "", true);
            }
            return done();
        }

        private Done storm(int connections) {
            storm.start(connections);
            return done();
        }

        private Done stormed() throws IOException {
            storm.await();
            return done();
        }

        private Done fault(long nanos) {
            sessions.fault(nanos);
            return done();
        }

        private Done stop() {
            pace.close();
            return done();
        }

        private static Done done() {
            return new Done(System.nanoTime());
        }

        private LoadReport report(long faultNanos) {
            return new LoadReport(
                    log.report(faultNanos),
                    limited.report(),
                    sessions.writers(),
                    sessions.reads(),
                    sticky.report(),
                    longEcho.report(faultNanos));
        }

        private ReadBack read(String node) {
            long begun = System.nanoTime();
            List<String> examples = new ArrayList<>();
            Back readable = sessions.readBack(node, examples);
            Back kept = sticky.readBack(node, examples);
            return new ReadBack(
                    node,
                    readable.asked(),
                    readable.wrong(),
                    kept.asked(),
                    kept.wrong(),
                    readable.unasked(),
                    kept.unasked(),
                    (System.nanoTime() - begun) / 1e6,
                    examples);
        }
    }
}
