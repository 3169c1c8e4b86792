package proa.node.metrics;

import java.util.List;

/**
 * Everything a node tells of itself, besides what every Java process does. Labels have names from
 * the configuration, or words from a fixed list, so that nobody outside can make series.
 */
public enum Family {
    NODE("proa_node_info", Kind.GAUGE, "1; the labels say which node this is", "node", "cluster"),
    READY("proa_ready", Kind.GAUGE, "1 while the node takes traffic of its own accord, else 0"),
    DRAINING("proa_draining", Kind.GAUGE, "1 from the begin of a planned stop, else 0"),
    OUT_OF_SERVICE(
            "proa_out_of_service",
            Kind.GAUGE,
            "1 while operators keep the node out of service (`proa drain`), else 0; `proa status`"
                    + " says who and until when"),
    STARTED("proa_start_timestamp_seconds", Kind.GAUGE, "when the node was started"),
    CONNECTIONS("proa_open_connections", Kind.GAUGE, "client connections of all frontends"),
    LOOP_AGE(
            "proa_loop_stall_seconds",
            Kind.GAUGE,
            "time since the event loop that was silent longest gave a sign of life"),
    GENERATION(
            "proa_configuration_generation",
            Kind.GAUGE,
            "number of the configuration in use; grows with every reload"),
    LOADED(
            "proa_configuration_loaded_timestamp_seconds",
            Kind.GAUGE,
            "when the configuration in use was taken in"),
    REFUSED(
            "proa_configuration_refused",
            Kind.GAUGE,
            "1 when a reload was refused after the configuration in use was taken in, else 0"),
    CONFIGURATION_DIFFERING(
            "proa_configuration_differing_nodes",
            Kind.GAUGE,
            "nodes in sight that have another configuration in use than this one"),
    MEMBER_CERTIFICATE(
            "proa_member_certificate_expiry_timestamp_seconds",
            Kind.GAUGE,
            "when the certificate expires that the node shows to other members; none with"
                    + " insecure"),
    MEMBER_CERTIFICATE_REFUSED(
            "proa_member_certificate_refused",
            Kind.GAUGE,
            "1 while what stands in the files of that certificate is not in use, or no member would"
                    + " trust it, else 0; none with insecure"),

    FRONTEND_BOUND(
            "proa_frontend_bound",
            Kind.GAUGE,
            "1 while the frontend listens, else 0; without those that the kernel carries",
            "frontend"),
    FRONTEND_OPEN(
            "proa_frontend_open_connections",
            Kind.GAUGE,
            "connections, or sessions of mode udp, that clients have now",
            "frontend"),
    FRONTEND_CONNECTIONS(
            "proa_frontend_connections_total",
            Kind.COUNTER,
            "connections of clients that began to be served; modes http and tcp",
            "frontend"),
    FRONTEND_REQUESTS(
            "proa_frontend_requests_total",
            Kind.COUNTER,
            "requests (http) or connections (tcp) that have ended",
            "frontend"),
    FRONTEND_RESPONSES(
            "proa_frontend_responses_total",
            Kind.COUNTER,
            "answers, Proa's own included, by class of their status: 1xx to 5xx",
            "frontend",
            "class"),
    FRONTEND_RECEIVED(
            "proa_frontend_received_bytes_total",
            Kind.COUNTER,
            "bytes from clients, in requests that have ended; without TLS and frames",
            "frontend"),
    FRONTEND_SENT(
            "proa_frontend_sent_bytes_total",
            Kind.COUNTER,
            "bytes to clients, likewise",
            "frontend"),
    FRONTEND_ENDINGS(
            "proa_frontend_endings_total",
            Kind.COUNTER,
            "requests or connections that ended otherwise than normally, by the two letters of the"
                    + " access log (docs/operating.md)",
            "frontend",
            "ending"),
    FRONTEND_CERTIFICATE(
            "proa_frontend_certificate_expiry_timestamp_seconds",
            Kind.GAUGE,
            "when the first of its certificates expires",
            "frontend"),

    BACKEND_UP(
            "proa_backend_servers_up",
            Kind.GAUGE,
            "servers that get the clients that belong to them",
            "backend"),
    BACKEND_SERVERS("proa_backend_servers", Kind.GAUGE, "servers", "backend"),
    BACKEND_OPEN(
            "proa_backend_open_connections",
            Kind.GAUGE,
            "requests (http) or connections (tcp) that its servers have now",
            "backend"),
    BACKEND_WAITING(
            "proa_backend_queue", Kind.GAUGE, "those that wait for a server with room", "backend"),
    BACKEND_PANIC(
            "proa_backend_panic",
            Kind.GAUGE,
            "1 while so few servers are up that all are used, else 0",
            "backend"),
    BACKEND_AWAY(
            "proa_backend_keys_away_ratio",
            Kind.GAUGE,
            "share of all keys, 0 to 1, whose own server cannot be used now; where keys are hashed",
            "backend"),
    BACKEND_MOVED(
            "proa_backend_keys_moved_ratio",
            Kind.GAUGE,
            "share of all keys, 0 to 1, that got another server by the last change of servers or"
                    + " weights that moved any; where keys are hashed",
            "backend"),
    BACKEND_RESPONSES(
            "proa_backend_responses_total",
            Kind.COUNTER,
            "answers by class of their status",
            "backend",
            "class"),
    BACKEND_RECEIVED(
            "proa_backend_received_bytes_total",
            Kind.COUNTER,
            "bytes from clients for it",
            "backend"),
    BACKEND_SENT(
            "proa_backend_sent_bytes_total", Kind.COUNTER, "bytes from it to clients", "backend"),
    BACKEND_RETRIES(
            "proa_backend_retries_total",
            Kind.COUNTER,
            "times that another server was tried",
            "backend"),
    BACKEND_LATENCY(
            "proa_backend_latency_seconds",
            Kind.HISTOGRAM,
            "from the first byte of a request, or from accepting a connection, to its end",
            "backend"),

    SERVER_UP(
            "proa_server_up",
            Kind.GAUGE,
            "1 while it gets the clients that belong to it, else 0",
            "backend",
            "server"),
    SERVER_HEALTH(
            "proa_server_check",
            Kind.GAUGE,
            "what its check says: 1 up, 0 down, -1 not known yet",
            "backend",
            "server"),
    SERVER_EJECTED(
            "proa_server_ejected",
            Kind.GAUGE,
            "1 while it is out because it failed live traffic, else 0",
            "backend",
            "server"),
    SERVER_WEIGHT("proa_server_weight", Kind.GAUGE, "its weight now", "backend", "server"),
    SERVER_OPEN(
            "proa_server_open_connections",
            Kind.GAUGE,
            "requests (http) or connections (tcp) it has now",
            "backend",
            "server"),
    SERVER_CHOSEN(
            "proa_server_chosen_total",
            Kind.COUNTER,
            "requests or connections it was given",
            "backend",
            "server"),
    SERVER_OPENED(
            "proa_server_connections_total",
            Kind.COUNTER,
            "connections to it that were made; what else it was given used one of these again",
            "backend",
            "server"),
    SERVER_FAILURES(
            "proa_server_connect_failures_total",
            Kind.COUNTER,
            "connections to it that could not be established",
            "backend",
            "server"),
    SERVER_NO_PORT(
            "proa_server_port_shortages_total",
            Kind.COUNTER,
            "connections to it that found no local port (EADDRNOTAVAIL); they count as failures"
                    + " too",
            "backend",
            "server"),
    SERVER_NO_SOURCE(
            "proa_server_sources_missing_total",
            Kind.COUNTER,
            "connections to it that were to come from an address of `source` that this host does"
                    + " not have; they count as failures too",
            "backend",
            "server"),
    SERVER_PORTS(
            "proa_server_local_ports_used",
            Kind.GAUGE,
            "ephemeral ports of this host that connections to its address take up, ended ones that"
                    + " wait (TIME_WAIT) included, by the address they come from",
            "backend",
            "server",
            "source"),
    SERVER_RESPONSES(
            "proa_server_responses_total",
            Kind.COUNTER,
            "answers by class of their status",
            "backend",
            "server",
            "class"),
    SERVER_RECEIVED(
            "proa_server_received_bytes_total",
            Kind.COUNTER,
            "bytes from clients for it",
            "backend",
            "server"),
    SERVER_SENT(
            "proa_server_sent_bytes_total",
            Kind.COUNTER,
            "bytes from it to clients",
            "backend",
            "server"),

    PORTS(
            "proa_local_ports",
            Kind.GAUGE,
            "ephemeral ports there are for each server and source (ip_local_port_range)"),
    CONNTRACK_ENTRIES(
            "proa_conntrack_entries",
            Kind.GAUGE,
            "connections the kernel tracks; absent where it does not"),
    CONNTRACK_LIMIT("proa_conntrack_entries_limit", Kind.GAUGE, "connections it may track"),
    CONNTRACK_LOSSES(
            "proa_conntrack_losses_total",
            Kind.COUNTER,
            "packets (drop, insert_failed) and entries (early_drop) that had to go, since the host"
                    + " was started",
            "what"),

    TABLE_ENTRIES("proa_table_entries", Kind.GAUGE, "entries it has", "table"),
    TABLE_EVICTIONS(
            "proa_table_evictions_total",
            Kind.COUNTER,
            "entries that went because there were too many",
            "table"),
    TABLE_REFUSALS(
            "proa_table_refusals_total", Kind.COUNTER, "entries that found no place", "table"),
    TABLE_LIMIT("proa_table_entries_limit", Kind.GAUGE, "entries it may have", "table"),
    TABLE_STUCK(
            "proa_table_stuck_entries",
            Kind.GAUGE,
            "keys that stick to the server; each server of the backends that stick by the table",
            "table",
            "server"),
    TABLE_DEPARTED(
            "proa_table_departed_entries",
            Kind.GAUGE,
            "keys that stick to servers which no backend has any more that sticks by the table;"
                    + " each gets another when its client comes, or goes with its time",
            "table"),
    MEMBERS("proa_cluster_members", Kind.GAUGE, "members in sight, this node included"),
    CONFIGURED("proa_cluster_nodes", Kind.GAUGE, "members in the configuration"),
    VIEW("proa_cluster_view", Kind.GAUGE, "number of the view; grows with every change"),
    QUORUM(
            "proa_cluster_quorum",
            Kind.GAUGE,
            "1 while more than half of the configured members are in sight, in a pair always"),
    SYNCHRONISED(
            "proa_cluster_synchronised",
            Kind.GAUGE,
            "1 when the tables have arrived from the members in sight, else 0"),
    REPLICATION(
            "proa_replication_total",
            Kind.COUNTER,
            "what replication has done, by the words of `replication` in `proa status`",
            "what"),
    LAG(
            "proa_replication_lag_seconds",
            Kind.GAUGE,
            "from a change on another member to its arrival here, by percentile",
            "percentile"),
    BEHIND(
            "proa_replication_behind_seconds",
            Kind.GAUGE,
            "how far this node is behind the others now; `max-lag` is what it may be"),
    REPLICATION_LOG(
            "proa_replication_log_bytes", Kind.GAUGE, "changes kept for members that miss some"),
    REPLICATION_BATCHES("proa_replication_log_batches", Kind.GAUGE, "batches they are kept in"),
    REPLICATION_WAITING(
            "proa_replication_waiting", Kind.GAUGE, "messages of members still to be worked off"),
    SESSIONS_WRITABLE(
            "proa_sessions_writable", Kind.GAUGE, "1 while the session store takes writes, else 0"),
    SESSIONS_MEMBERS("proa_sessions_members", Kind.GAUGE, "members that hold sessions"),
    SESSIONS_SETTLED("proa_sessions_settled", Kind.GAUGE, "1 when every copy is in place, else 0"),
    SESSIONS_CONFLICTS(
            "proa_sessions_conflicts_total",
            Kind.COUNTER,
            "keys written on both sides of a split of which this node kept the later write"),
    SESSIONS_DROPPED(
            "proa_sessions_dropped_total",
            Kind.COUNTER,
            "messages of the engine raft that had no place to wait or were not sent"),
    SNAPSHOT_TAKEN(
            "proa_sessions_snapshot_timestamp_seconds",
            Kind.GAUGE,
            "when the last snapshot of sessions was taken; 0: none yet"),
    SNAPSHOT_FAILED(
            "proa_sessions_snapshot_failed",
            Kind.GAUGE,
            "1 while the last snapshot could not be written, else 0"),
    GROUP_OWNED("proa_group_owned", Kind.GAUGE, "1 while this node's vipd owns the group", "group"),
    GROUP_TERM("proa_group_term", Kind.GAUGE, "its term; grows with every new owner", "group"),
    GROUP_READY(
            "proa_group_ready",
            Kind.GAUGE,
            "1 while this node would take the group of its own accord, else 0",
            "group"),

    LOG_LINES(
            "proa_log_lines_total", Kind.COUNTER, "lines of access logs that were written", "log"),
    LOG_DROPPED(
            "proa_log_dropped_total",
            Kind.COUNTER,
            "lines that had no place to wait for the writer",
            "log"),
    LOG_FAILED(
            "proa_log_failed_total",
            Kind.COUNTER,
            "lines that could not be written, for a full disk for example",
            "log"),
    NOTIFY_TOLD("proa_notify_told_total", Kind.COUNTER, "events that `notify` has told", "hook"),
    NOTIFY_FAILED(
            "proa_notify_failed_total",
            Kind.COUNTER,
            "events that were given up after all attempts",
            "hook"),
    NOTIFY_DROPPED(
            "proa_notify_dropped_total",
            Kind.COUNTER,
            "events that had no place to wait, as the ones before them could not be told",
            "hook"),
    EVENTS("proa_events_total", Kind.COUNTER, "events by kind, see `proa events`", "kind");

    private final String name;
    private final Kind kind;
    private final String meaning;
    private final String labels;

    Family(String name, Kind kind, String meaning, String... labels) {
        this.name = name;
        this.kind = kind;
        this.meaning = meaning;
        this.labels = String.join(",", labels);
    }

    /** What its values are. */
    public enum Kind {
        GAUGE,
        COUNTER,
        HISTOGRAM
    }

    /** As it is exposed; counters end in {@code _total}. */
    public String exposedName() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    /** One sentence. */
    public String meaning() {
        return meaning;
    }

    public List<String> labels() {
        return labels.isEmpty() ? List.of() : List.of(labels.split(",", -1));
    }
}
