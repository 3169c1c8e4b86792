package proa.chaos.lab;

import proa.chaos.report.Json;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that is asked one line at a time and answers each with one line of JSON; it ends when
 * its standard input does. Used by one thread at a time.
 */
public final class Conversation implements AutoCloseable {

    private final LabProcess process;
    private final BufferedReader answers;
    private final BufferedWriter questions;

    /** An answer that came too late would be taken for the next one's. */
    private boolean outOfStep;

    Conversation(LabProcess process) {
        this.process = process;
        this.answers = process.reader();
        this.questions = process.writer();
    }

    /** The process itself. */
    public LabProcess process() {
        return process;
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws LabException when there is none within the time, or none of that form
     */
    public <T extends Record> T ask(String question, Class<T> answer, Duration timeout) {
        if (outOfStep) {
            throw new LabException(process.label() + " has left a question without an answer");
        }
        outOfStep = true;
        try {
            questions.write(question + "\n");
            questions.flush();
            CompletableFuture<String> line = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> readInto(line));
            String said = line.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            outOfStep = false;
            return Json.read(said, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while asking " + process.label(), e);
        } catch (IOException | ExecutionException | TimeoutException | IllegalArgumentException e) {
            throw new LabException(
                    process.label() + " does not answer \"" + question + "\": " + why(e), e);
        }
    }

    private String why(Exception e) {
        String said = process.lastLines(10);
        return (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                + (said.isEmpty() ? "" : "\n" + said);
    }

    private void readInto(CompletableFuture<String> line) {
        try {
            String read = answers.readLine();
            if (read == null) {
                line.completeExceptionally(new IOException("it has ended"));
            } else {
                line.complete(read);
            }
        } catch (IOException e) {
            line.completeExceptionally(e);
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        try {
            questions.close();
            process.await(Duration.ofSeconds(5));
        } catch (IOException | LabException _) {
            process.kill();
        }
    }

    /** The other side's loop: answers every line of standard input until it ends. */
    public static void answer(Answers answers) throws IOException {
        BufferedReader in =
                new BufferedReader(
                        new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(Json.line(answers.to(line)));
        }
    }

    /** What a process says to a question. */
    @FunctionalInterface
    public interface Answers {
        /** The answer: a record. */
        Record to(String question) throws IOException;
    }
}
