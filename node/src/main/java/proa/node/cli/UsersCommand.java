package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import proa.config.command.Subcommand;
import proa.config.file.PlainFiles;
import proa.node.console.Accounts;
import proa.node.protocol.resp.PasswordHash;
import proa.node.protocol.resp.PasswordRule;
import proa.node.protocol.resp.Users;
import proa.node.protocol.resp.UsersFile;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code proa users}: the file of those who may use the session store, or of those who may log in
 * to the dashboard. Passwords never come as arguments, which every user of a machine can list.
 */
@Command(
        name = "users",
        description =
                "List who may use the session store, or the dashboard, with hashed passwords.",
        mixinStandardHelpOptions = true)
public final class UsersCommand implements Subcommand {

    @Spec private @Nullable CommandSpec spec;

    private final Asking password;

    /** Where a password comes from. */
    interface Asking {
        String ask() throws IOException;
    }

    /** Asks at the terminal, or reads standard input. */
    public UsersCommand() {
        this(UsersCommand::asked);
    }

    UsersCommand(Asking password) {
        this.password = password;
    }

    @Override
    public Integer call() {
        throw wrong("which of add?");
    }

    @Command(
            name = "add",
            description = {
                "Add a user to the file of a `sessions` frontend, or with --role to that of"
                        + " `admin`.",
                "The password is asked for twice, or read as one line from standard input."
            },
            mixinStandardHelpOptions = true)
    int add(
            @Parameters(
                            paramLabel = "USER",
                            description = "whom clients call themselves; `default`: no name")
                    String user,
            @Option(
                            names = "--file",
                            required = true,
                            paramLabel = "FILE",
                            description =
                                    "the frontend's or `admin`'s `users`; made if missing, mode"
                                            + " 0600")
                    Path file,
            @Option(names = "--replace", description = "change the password of a listed user")
                    boolean replace,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            description =
                                    "of the dashboard: view, operate or admin; each includes those"
                                            + " before it")
                    @Nullable String role,
            @Option(
                            names = "--access",
                            paramLabel = "ACCESS",
                            description =
                                    "read, write or admin (FLUSHDB, too); default write, of a"
                                            + " listed user what it was")
                    @Nullable String access,
            @Option(
                            names = "--keys",
                            split = ",",
                            paramLabel = "PREFIX",
                            description =
                                    "what keys of this user begin with, with --access; default:"
                                            + " any")
                    @Nullable List<String> prefixes)
            throws IOException {
        if (!Users.isName(user)) {
            throw wrong("a user is 1 to 64 of A-Z a-z 0-9 . _ @ -, not '" + user + "'");
        }
        String given = password.ask();
        Optional<String> objection = PasswordRule.objection(user, given);
        if (objection.isPresent()) {
            throw new IOException(objection.get());
        }
        String rights = role == null ? rights(access, prefixes) : role(role, access, prefixes);
        try {
            PasswordHash hash = PasswordHash.of(given.getBytes(StandardCharsets.UTF_8));
            boolean before = users(file, role, replace).put(user, hash, replace, rights);
            spec().commandLine().getOut().println((before ? "changed " : "added   ") + user);
            return 0;
        } catch (Users.UsersException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Who is listed for the dashboard keeps the role with a new password. */
    private UsersFile users(Path file, @Nullable String role, boolean replace) throws IOException {
        boolean ofDashboard = role != null || isOfDashboard(file);
        if (ofDashboard && role == null && !replace) {
            throw wrong(
                    file
                            + " lists users of the dashboard: add --role view, operate or admin"
                            + " (or --replace for a new password)");
        }
        return ofDashboard ? new UsersFile(file, Accounts::check) : new UsersFile(file);
    }

    /** Whether lines have the roles of the dashboard, which the session store does not know. */
    private static boolean isOfDashboard(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        List<String> lines = PlainFiles.lines(file);
        return !fits(Users::read, file, lines) && fits(Accounts::check, file, lines);
    }

    private static boolean fits(UsersFile.Form form, Path file, List<String> lines) {
        try {
            form.check(file.toString(), lines);
            return true;
        } catch (Users.UsersException _) {
            return false;
        }
    }

    private String role(String role, @Nullable String access, @Nullable List<String> prefixes) {
        if (access != null || prefixes != null) {
            throw wrong("--role is for the dashboard, --access and --keys for the session store");
        }
        if (Accounts.role(role).isEmpty()) {
            throw wrong("--role is view, operate or admin, not '" + role + "'");
        }
        return role;
    }

    /** As the file says them; empty: not given. */
    private String rights(@Nullable String access, @Nullable List<String> prefixes) {
        if (access == null) {
            if (prefixes != null) {
                throw wrong("--keys needs --access");
            }
            return "";
        }
        String rights = access + (prefixes == null ? "" : ":" + String.join(",", prefixes));
        if (!Users.areRights(rights)) {
            throw wrong("--access is read, write or admin, and prefixes are not empty");
        }
        return rights;
    }

    @SuppressWarnings("SystemConsoleNull") // Since JDK 25 it is null again without a terminal.
    private static String asked() throws IOException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            String line =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                            .readLine();
            return line == null ? "" : line;
        }
        char[] first = asked(console, "Password: ");
        char[] second = asked(console, "Again: ");
        if (!Arrays.equals(first, second)) {
            throw new IOException("the two passwords differ");
        }
        return new String(first);
    }

    private static char[] asked(Console console, String prompt) {
        char[] answer = console.readPassword("%s", prompt);
        return answer == null ? new char[0] : answer;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec;
    }
}
