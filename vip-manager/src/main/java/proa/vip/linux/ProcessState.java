package proa.vip.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says about another process: {@code /proc/PID/stat}. Stateless. */
public enum ProcessState {
    /** It runs, sleeps or waits for a disk. */
    ALIVE,
    /** It has been stopped by a signal or a debugger. */
    STOPPED,
    /** It is gone, or only its exit status is left. */
    GONE;

    /** The state of a process now. */
    public static ProcessState of(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc/" + pid + "/stat")));
        } catch (IOException e) {
            return GONE;
        }
    }

    /**
     * The state letter follows the command, which is in brackets and may itself contain brackets.
     */
    static ProcessState parse(String stat) {
        int letter = stat.lastIndexOf(')') + 2;
        return switch (letter < stat.length() ? stat.charAt(letter) : 'X') {
            case 'T', 't' -> STOPPED;
            case 'Z', 'X', 'x' -> GONE;
            default -> ALIVE;
        };
    }
}
