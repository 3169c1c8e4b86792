package proa.node.haproxy;

import proa.node.haproxy.Figures.Backend;
import proa.node.haproxy.Figures.Frontend;
import proa.node.haproxy.Figures.Server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code show stat}: one line of values for each frontend, server and backend. */
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

    private final StringBuilder out = new StringBuilder(HEADER);
    private int lastId;

    private Statistics() {}

    static String of(Figures figures) {
        Statistics statistics = new Statistics();
        figures.frontends().forEach(statistics::frontend);
        figures.backends().forEach(statistics::backend);
        return statistics.out.toString();
    }

    private void frontend(Frontend frontend) {
        lastId++;
        Map<String, Object> line = line(frontend.name(), "FRONTEND", FRONTEND, 0);
        line.put("scur", frontend.connections());
        line.put("slim", frontend.connectionsMax());
        line.put("status", frontend.open() ? "OPEN" : "STOP");
        line.put("mode", frontend.mode());
        write(line);
    }

    private void backend(Backend backend) {
        lastId++;
        int server = 0;
        for (Server each : backend.servers()) {
            write(server(backend, each, ++server));
        }
        List<Server> active = backend.servers().stream().filter(Server::up).toList();
        Map<String, Object> line = line(backend.name(), "BACKEND", BACKEND, 0);
        line.put("qcur", backend.waiting());
        line.put("qlimit", backend.queueMax());
        line.put("scur", backend.servers().stream().mapToInt(Server::current).sum());
        line.put("stot", backend.servers().stream().mapToLong(Server::total).sum());
        line.put("econ", backend.servers().stream().mapToLong(Server::connectFailures).sum());
        line.put("status", active.isEmpty() ? "DOWN" : "UP");
        line.put("weight", active.stream().mapToInt(Server::weight).sum());
        line.put("act", active.stream().filter(each -> !each.backup()).count());
        line.put("bck", active.stream().filter(Server::backup).count());
        line.put("cookie", backend.cookie());
        line.put("mode", backend.mode());
        line.put("algo", backend.algorithm());
        write(line);
    }

    private Map<String, Object> server(Backend backend, Server server, int id) {
        Map<String, Object> line = line(backend.name(), server.name(), SERVER, id);
        line.put("scur", server.current());
        server.connectionsMax().ifPresent(max -> line.put("slim", max));
        line.put("stot", server.total());
        line.put("lbtot", server.total());
        line.put("econ", server.connectFailures());
        line.put("status", Words.status(server));
        line.put("weight", server.weight());
        line.put("uweight", server.weight());
        line.put("act", server.backup() ? 0 : 1);
        line.put("bck", server.backup() ? 1 : 0);
        line.put("addr", Words.address(server.address()));
        line.put("cookie", backend.cookie().isEmpty() ? "" : server.name());
        line.put("mode", backend.mode());
        return line;
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
        List<String> values = new ArrayList<>();
        for (String column : COLUMNS) {
            values.add(String.valueOf(line.getOrDefault(column, "")));
        }
        out.append(String.join(",", values)).append(",\n");
    }
}
