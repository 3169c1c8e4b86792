package proa.node.protocol.resp;

import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;

/** What became of an edit, as Redis would say it. */
final class EditReply {

    private EditReply() {}

    /** The number it answers with, or what is wrong. */
    static Reply of(SessionStore.Edited edited) throws SessionException {
        return switch (edited.outcome()) {
            case DONE, REFUSED -> new Reply.Whole(edited.answer());
            case WRONG_TYPE -> throw new SessionException.WrongType();
            case NOT_A_NUMBER -> SetOptions.notANumber();
            case OVERFLOW -> Reply.error("increment or decrement would overflow");
            case TOO_LARGE -> tooLarge();
            case STALE -> throw new IllegalStateException("the store gave up a stale change");
        };
    }

    static Reply tooLarge() {
        return Reply.error(
                "value exceeds maximum allowed size ("
                        + SessionStore.VALUE_BYTES_MAX
                        + " bytes with the names of its fields)");
    }
}
