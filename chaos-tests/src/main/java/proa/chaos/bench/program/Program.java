package proa.chaos.bench.program;

import java.util.List;
import java.util.stream.Stream;

/** One running program and the port it answers on. */
public record Program(String name, Process process, int port) {

    /** The process and its children: nginx works in one of them. */
    List<Long> pids() {
        return Stream.concat(
                        Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid))
                .toList();
    }
}
