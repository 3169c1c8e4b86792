package proa.node.haproxy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code show info}: the process, in the lines that programs look for. */
final class InfoCommand {

    private InfoCommand() {}

    static String of(Figures.Running process) {
        StringBuilder out = new StringBuilder();
        lines(process).forEach((name, value) -> out.append(name + ": " + value + "\n"));
        return out.toString();
    }

    private static Map<String, Object> lines(Figures.Running process) {
        Map<String, Object> lines = new LinkedHashMap<>();
        Trend.Seen trend = process.trend();
        lines.put("Name", "Proa");
        lines.put("Version", version());
        lines.put("Release_date", "-");
        lines.put("Nbthread", process.threads());
        lines.put("Nbproc", 1);
        lines.put("Process_num", 1);
        lines.put("Pid", process.pid());
        lines.put("Uptime", uptime(process.uptime()));
        lines.put("Uptime_sec", process.uptime().toSeconds());
        lines.put("Maxconn", process.connectionsMax());
        lines.put("Hard_maxconn", process.connectionsMax());
        lines.put("CurrConns", process.connections());
        lines.put("CumConns", process.accepted());
        lines.put("CumReq", process.requests());
        pipes(lines);
        lines.put("ConnRate", trend.rate());
        lines.put("ConnRateLimit", 0);
        lines.put("MaxConnRate", trend.rateMost());
        lines.put("SessRate", trend.rate());
        lines.put("SessRateLimit", 0);
        lines.put("MaxSessRate", trend.rateMost());
        lines.put("Idle_pct", process.idlePercent());
        lines.put("node", process.node());
        lines.put("Listeners", process.listeners());
        lines.put("DroppedLogs", process.droppedLogs());
        lines.put("TotalBytesOut", process.sent());
        lines.put("BytesOutRate", trend.sentRate());
        lines.put("Start_time_sec", process.started().getEpochSecond());
        return lines;
    }

    /** What hatop does not begin without; there is nothing of the kind here. */
    private static void pipes(Map<String, Object> lines) {
        lines.put("Maxpipes", 0);
        lines.put("PipesUsed", 0);
        lines.put("PipesFree", 0);
        lines.put("Tasks", 0);
        lines.put("Run_queue", 0);
    }

    private static String uptime(Duration up) {
        return up.toDays()
                + "d %dh%02dm%02ds"
                        .formatted(up.toHoursPart(), up.toMinutesPart(), up.toSecondsPart());
    }

    private static String version() {
        String version = InfoCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
