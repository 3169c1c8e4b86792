package proa.config.command;

import java.util.concurrent.Callable;

/**
 * One command under {@code proa}, contributed by whichever module does the work.
 *
 * <p>An implementation is a public class with a public constructor without parameters, annotated
 * with picocli's {@code @Command}, and listed in {@code
 * META-INF/services/proa.config.command.Subcommand} of its module. {@link #call} returns the exit
 * code: 0 for success, 2 for input that is wrong, 1 for everything else. An exception becomes one
 * line on standard error and exit code 1, so its message must make sense to an operator.
 */
public interface Subcommand extends Callable<Integer> {}
