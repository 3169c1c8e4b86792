package proa.node.haproxy;

import org.jspecify.annotations.Nullable;

import proa.node.haproxy.Figures.Backend;
import proa.node.haproxy.Figures.Frontend;
import proa.node.haproxy.Figures.Server;
import proa.node.record.Availability;
import proa.node.record.BackendCounters;
import proa.node.record.Checked;
import proa.node.record.Ending;
import proa.node.record.FrontendCounters;
import proa.node.record.Responses;
import proa.node.record.ServerCounters;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code show stat}: one line of values for each frontend, server and backend, by HAProxy's
 * management guide, §9.1.
 */
final class Statistics {

    /** What each line may have; what Proa does not count stays empty. */
    private static final List<String> COLUMNS =
            List.of(
                    ("pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,"
                                    + "eresp,wretr,wredis,status,weight,act,bck,chkfail,chkdown,"
                                    + "lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,"
                                    + "type,rate,rate_lim,rate_max,check_status,check_code,"
                                    + "check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,"
                                    + "hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,"
                                    + "srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,lastsess,"
                                    + "last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,"
                                    + "agent_code,agent_duration,check_desc,agent_desc,check_rise,"
                                    + "check_fall,check_health,agent_rise,agent_fall,agent_health,"
                                    + "addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,"
                                    + "intercepted,dcon,dses,wrew,connect,reuse,cache_lookups,"
                                    + "cache_hits,srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,"
                                    + "ttime_max,eint,idle_conn_cur,safe_conn_cur,used_conn_cur,"
                                    + "need_conn_est,uweight,agg_server_status,"
                                    + "agg_server_check_status,agg_check_status,-")
                            .split(","));

    private static final String HEADER = "# " + String.join(",", COLUMNS) + ",\n";

    private static final int FRONTEND = 0;
    private static final int BACKEND = 1;
    private static final int SERVER = 2;

    private static final int WHOLE_PERCENT = 100;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final String HTTP = "http";

    /** The server's fault, after the connection was there. */
    private static final Ending[] OF_SERVERS = {
        Ending.SERVER_LEFT,
        Ending.SERVER_LEFT_DATA,
        Ending.SERVER_SLOW,
        Ending.SERVER_SLOW_DATA,
        Ending.ANSWER_REFUSED
    };

    private static final Ending[] OF_CLIENTS = {
        Ending.CLIENT_LEFT_CONNECTING, Ending.CLIENT_LEFT_WAITING, Ending.CLIENT_LEFT_DATA
    };

    private final long uptimeSeconds;
    private final long nowNanos;
    private final StatFilter filter;
    private final StringBuilder out = new StringBuilder(HEADER);
    private int lastId;

    private Statistics(long uptimeSeconds, long nowNanos, StatFilter filter) {
        this.uptimeSeconds = uptimeSeconds;
        this.nowNanos = nowNanos;
        this.filter = filter;
    }

    static String of(Figures figures, long nowNanos, StatFilter filter) {
        long uptimeSeconds = figures.process().uptime().toSeconds();
        Statistics statistics = new Statistics(uptimeSeconds, nowNanos, filter);
        figures.frontends().forEach(statistics::frontend);
        figures.backends().forEach(statistics::backend);
        return statistics.out.toString();
    }

    private void frontend(Frontend frontend) {
        lastId++;
        Map<String, Object> line = line(frontend.name(), "FRONTEND", FRONTEND, 0);
        line.put("scur", frontend.connections());
        line.put("smax", frontend.connectionsMost());
        line.put("slim", frontend.connectionsMax());
        line.put("status", frontend.open() ? "OPEN" : "STOP");
        line.put("mode", frontend.mode());
        line.put("dcon", frontend.connectionsDenied());
        frontend.counters().ifPresent(counters -> frontend(line, frontend, counters));
        write(line);
    }

    private static void frontend(
            Map<String, Object> line, Frontend frontend, FrontendCounters counters) {
        Trend.Seen trend = frontend.trend();
        line.put("stot", counters.connections());
        line.put("conn_tot", counters.connections());
        line.put("rate", trend.rate());
        line.put("rate_max", trend.rateMost());
        line.put("conn_rate", trend.rate());
        line.put("conn_rate_max", trend.rateMost());
        line.put("dreq", counters.denied());
        line.put("dresp", counters.endings(Ending.ANSWER_REFUSED));
        line.put("ereq", counters.wrong());
        line.put("intercepted", counters.endings(Ending.LOCAL));
        moved(line, counters);
        if (frontend.mode().equals(HTTP)) {
            answers(line, counters);
            line.put("req_tot", counters.requests());
            line.put("req_rate", trend.requestRate());
            line.put("req_rate_max", trend.requestRateMost());
        }
    }

    private void backend(Backend backend) {
        lastId++;
        int server = 0;
        for (Server each : backend.servers()) {
            write(server(backend, each, ++server));
        }
        List<Server> active = backend.servers().stream().filter(Server::up).toList();
        Map<String, Object> line = line(backend.name(), "BACKEND", BACKEND, 0);
        BackendCounters counters = backend.counters();
        Trend.Seen trend = backend.trend();
        int current = backend.servers().stream().mapToInt(Server::current).sum();
        long total =
                backend.gone().total() + backend.servers().stream().mapToLong(Server::total).sum();
        line.put("qcur", backend.waiting());
        line.put("qmax", Math.max(trend.waitingMost(), backend.waiting()));
        line.put("qlimit", backend.queueMax());
        line.put("scur", current);
        line.put("smax", Math.max(trend.currentMost(), current));
        line.put("stot", total);
        line.put("lbtot", total);
        line.put(
                "econ",
                backend.gone().connectFailures()
                        + backend.servers().stream().mapToLong(Server::connectFailures).sum());
        line.put("wretr", counters.retries() - counters.elsewhere());
        line.put("wredis", counters.elsewhere());
        line.put("status", active.isEmpty() ? "DOWN" : "UP");
        line.put("weight", active.stream().mapToInt(Server::weight).sum());
        line.put("uweight", active.stream().mapToInt(Server::weight).sum());
        line.put("act", active.stream().filter(each -> !each.backup()).count());
        line.put("bck", active.stream().filter(Server::backup).count());
        line.put("cookie", backend.cookie());
        line.put("algo", backend.algorithm());
        traffic(line, backend, counters, trend);
        if (backend.mode().equals(HTTP)) {
            line.put("req_tot", counters.requests());
        }
        times(line, trend.times());
        if (trend.totalMillis() >= 0) {
            line.put("ttime", trend.totalMillis());
        }
        availability(line, counters.availability());
        write(line);
    }

    private Map<String, Object> server(Backend backend, Server server, int id) {
        Map<String, Object> line = line(backend.name(), server.name(), SERVER, id);
        ServerCounters counters = server.counters();
        line.put("scur", server.current());
        line.put("smax", server.most());
        server.connectionsMax().ifPresent(max -> line.put("slim", max));
        line.put("stot", server.total());
        line.put("lbtot", server.total());
        line.put("econ", server.connectFailures());
        line.put("wretr", counters.again());
        line.put("wredis", counters.elsewhere());
        line.put("status", Words.status(server));
        line.put("weight", server.weight());
        line.put("uweight", server.weight()); // with what operators and agents ask for
        line.put("act", server.backup() ? 0 : 1);
        line.put("bck", server.backup() ? 1 : 0);
        line.put("addr", Words.address(server.address()));
        line.put("cookie", backend.cookie().isEmpty() ? "" : server.name());
        if (server.sharePercent() < WHOLE_PERCENT) {
            line.put("throttle", server.sharePercent());
        }
        long connects = counters.opened() + server.connectFailures();
        line.put("connect", connects);
        line.put("reuse", Math.max(0, server.total() - connects));
        traffic(line, backend, counters, server.trend());
        Trend.Times times = server.trend().times();
        times(line, times);
        if (times != null) {
            line.put("ttime", times.total());
        }
        availability(line, counters.availability());
        check(line, server);
        return line;
    }

    /** What servers and backends have in the same way. */
    private void traffic(
            Map<String, Object> line, Backend backend, Responses counters, Trend.Seen trend) {
        line.put("mode", backend.mode());
        line.put("rate", trend.rate());
        line.put("rate_max", trend.rateMost());
        if (trend.lastNanos() >= 0) {
            line.put("lastsess", (nowNanos - trend.lastNanos()) / NANOS_PER_SECOND);
        }
        line.put("dresp", counters.endings(Ending.ANSWER_REFUSED));
        line.put("eresp", counters.endings(OF_SERVERS));
        line.put("cli_abrt", counters.endings(OF_CLIENTS));
        line.put("srv_abrt", counters.endings(Ending.SERVER_LEFT, Ending.SERVER_LEFT_DATA));
        moved(line, counters);
        if (backend.mode().equals(HTTP)) {
            answers(line, counters);
        }
    }

    private static void moved(Map<String, Object> line, Responses counters) {
        line.put("bin", counters.received());
        line.put("bout", counters.sent());
    }

    private static void answers(Map<String, Object> line, Responses counters) {
        for (int first = 1; first <= Responses.CLASSES; first++) {
            line.put("hrsp_" + first + "xx", counters.answers(first));
        }
        line.put("hrsp_other", counters.unanswered());
    }

    private static void times(Map<String, Object> line, Trend.@Nullable Times times) {
        if (times != null) {
            line.put("qtime", times.queue());
            line.put("ctime", times.connect());
            line.put("rtime", times.response());
        }
    }

    private void availability(Map<String, Object> line, Availability of) {
        Availability.Seen seen = of.seen(nowNanos);
        line.put(
                "lastchg",
                seen.sinceNanos().isPresent()
                        ? seen.sinceNanos().getAsLong() / NANOS_PER_SECOND
                        : uptimeSeconds);
        line.put("downtime", seen.downNanos() / NANOS_PER_SECOND);
        line.put("chkdown", seen.downs());
    }

    private static void check(Map<String, Object> line, Server server) {
        if (!server.checked()) {
            return;
        }
        line.put("chkfail", server.counters().checksFailed());
        Checked found = server.counters().checked().orElse(null);
        if (found == null) {
            line.put("check_status", "INI");
            return;
        }
        line.put("check_status", found.result());
        line.put("check_code", found.code() == 0 ? "" : found.code());
        line.put("check_duration", found.tookNanos() / NANOS_PER_MILLI);
        line.put("check_desc", found.result().words());
        line.put("last_chk", oneColumn(found.why()));
        line.put("check_rise", found.rises());
        line.put("check_fall", found.falls());
        line.put("check_health", found.health());
    }

    /** Many who read this split lines at commas, whatever is quoted. */
    private static String oneColumn(String text) {
        return text.replace(',', ';').replace('"', '\'').replaceAll("\\R", " ");
    }

    private Map<String, Object> line(String proxy, String service, int type, int id) {
        Map<String, Object> line = new HashMap<>();
        line.put("pxname", proxy);
        line.put("svname", service);
        line.put("pid", 1);
        line.put("iid", lastId);
        line.put("sid", id);
        line.put("type", type);
        line.put("-", "-");
        return line;
    }

    private void write(Map<String, Object> line) {
        if (!filter.takes(line)) {
            return;
        }
        List<String> values = new ArrayList<>();
        for (String column : COLUMNS) {
            values.add(String.valueOf(line.getOrDefault(column, "")));
        }
        out.append(String.join(",", values)).append(",\n");
    }
}
