package proa.node.health.dialogue;

import static proa.node.message.Parsed.Progress.PARTIAL;

import org.jspecify.annotations.Nullable;

import proa.node.message.HeadLimits;
import proa.node.message.Parsed;
import proa.node.message.Refusal;
import proa.node.message.ResponseHead;

/**
 * One request and its answer, read as strictly as traffic is. The status is judged as soon as the
 * head is there, the body when it is whole or its limit is reached.
 */
final class HttpDialogue implements Dialogue {

    private final HttpQuestion question;
    private final ResponseHead head = new ResponseHead();
    private @Nullable HttpBody body;
    private int status;

    HttpDialogue(HttpQuestion question) {
        this.question = question;
    }

    @Override
    public Turn begin() {
        return new Turn.Say(question.bytes());
    }

    @Override
    public int bytesMax() {
        return 2 * HeadLimits.OF_SERVERS.headBytesMax();
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Turn next(Received received) {
        HttpBody reading = body;
        return reading == null ? readHead(received) : readBody(reading, received);
    }

    private Turn readHead(Received received) {
        Parsed parsed =
                head.parse(received.bytes(), received.from(), received.to(), HeadLimits.OF_SERVERS);
        if (parsed instanceof Refusal why) {
            return new Turn.Failed(
                    why == Refusal.STATUS_SYNTAX
                            ? "the answer is not HTTP/1"
                            : "the answer is malformed: " + why.explanation());
        }
        if (parsed == PARTIAL) {
            return received.ended() && received.something()
                    ? new Turn.Failed("closed within the head of its answer")
                    : MORE;
        }
        received.take(head.end() - received.from());
        return head.interim() ? readHead(received) : judgeHead(received);
    }

    private Turn judgeHead(Received received) {
        status = head.status();
        if (!question.expect().accepts(head.status())) {
            return new Turn.Failed(
                    "status "
                            + head.status()
                            + ", "
                            + question.expect().shownStatuses()
                            + " expected");
        }
        if (!question.expect().needsBody()) {
            return PASSED;
        }
        HttpBody begun =
                new HttpBody(
                        head.body(question.toHead()),
                        head.bodyLength(),
                        question.expect().bodyBytesMax());
        body = begun;
        return readBody(begun, received);
    }

    private Turn readBody(HttpBody reading, Received received) {
        Refusal why = reading.take(received);
        if (why != null) {
            return new Turn.Failed("the answer is malformed: " + why.explanation());
        }
        if (reading.done(received.ended())) {
            String wrong = new BodyJudge(question, reading.full()).wrong(reading.text());
            return wrong == null ? PASSED : new Turn.Failed(wrong);
        }
        return received.ended() ? new Turn.Failed("closed within the body of its answer") : MORE;
    }
}
