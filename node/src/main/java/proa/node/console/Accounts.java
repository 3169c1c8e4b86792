package proa.node.console;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.file.PlainFiles;
import proa.node.admin.Level;
import proa.node.protocol.resp.Users;
import proa.node.protocol.resp.Users.UsersException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may log in, and what as: lines of {@code name:hash:role} where {@code #} begins a comment.
 * The file is read anew when it changes; what cannot be read then leaves the accounts as they are,
 * and says so. Safe from any thread.
 */
public final class Accounts {

    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    private static final String ROLES =
            Stream.of(Level.values()).map(Accounts::word).collect(Collectors.joining(", "));

    private final Path file;
    private FileTime seen; // guarded by this
    private Listed listed; // guarded by this

    /** Why the file is not read now, as was said; empty: it is. */
    private String trouble = ""; // guarded by this

    /**
     * One of them.
     *
     * @param name what the user is called
     * @param role what the user may do
     * @param line as it stands in the file: another one is another account
     */
    record Account(String name, Level role, String line) {}

    private record Listed(Users users, Map<String, Account> accounts) {}

    /**
     * Reads the file.
     *
     * @throws IOException when it cannot be read or is not of the form, in an operator's words
     */
    public Accounts(Path file) throws IOException {
        this.file = file;
        seen = time();
        listed = read();
    }

    /** The account with that name and password. Takes a tenth of a second of one core. */
    Optional<Account> accept(String name, String password) {
        Listed now = now();
        return now.users.accept(name, password.getBytes(StandardCharsets.UTF_8))
                ? Optional.ofNullable(now.accounts.get(name))
                : Optional.empty();
    }

    /** Whether that account is still what it was. */
    boolean has(Account account) {
        return account.equals(now().accounts.get(account.name()));
    }

    private synchronized Listed now() {
        try {
            FileTime time = time();
            if (!time.equals(seen)) {
                listed = read();
                seen = time;
                LOG.info("admin: {} accounts read anew from {}", listed.accounts.size(), file);
            }
            trouble = "";
        } catch (IOException e) {
            say(String.valueOf(e.getMessage()));
        }
        return listed;
    }

    /** Once: who has the dashboard open asks every second. */
    private synchronized void say(String why) {
        if (!why.equals(trouble)) {
            trouble = why;
            LOG.warn("admin: the accounts stay as they are: {}", why);
        }
    }

    private FileTime time() throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read (write it with: proa users add)", e);
        }
    }

    private Listed read() throws IOException {
        List<String> lines = PlainFiles.lines(file);
        try {
            return read(file.toString(), lines);
        } catch (UsersException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Whether lines are of the form.
     *
     * @throws UsersException naming the line that is wrong
     */
    public static void check(String file, List<String> lines) throws UsersException {
        read(file, lines);
    }

    private static Listed read(String file, List<String> lines) throws UsersException {
        List<String> withoutRoles = new ArrayList<>();
        Map<String, Account> accounts = new HashMap<>();
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at).strip();
            String[] parts = line.split(":", 3);
            if (line.isEmpty() || line.startsWith("#") || parts.length < 2) {
                withoutRoles.add(line);
                continue;
            }
            String role = parts.length < 3 ? "" : parts[2];
            Level level =
                    role(role)
                            .orElseThrow(
                                    () ->
                                            new UsersException(
                                                    file
                                                            + ":"
                                                            + place(lines, line)
                                                            + ": behind the hash stands a role, one"
                                                            + " of "
                                                            + ROLES
                                                            + ", not \""
                                                            + role
                                                            + "\""));
            withoutRoles.add(parts[0] + ":" + parts[1]);
            accounts.put(parts[0], new Account(parts[0], level, line));
        }
        return new Listed(Users.read(file, withoutRoles), Map.copyOf(accounts));
    }

    private static int place(List<String> lines, String line) {
        return lines.stream().map(String::strip).toList().indexOf(line) + 1;
    }

    /** The role of that name. */
    public static Optional<Level> role(String word) {
        return Stream.of(Level.values()).filter(level -> word(level).equals(word)).findFirst();
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
