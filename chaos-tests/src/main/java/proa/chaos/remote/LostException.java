package proa.chaos.remote;

import proa.chaos.lab.LabException;

/** A host cannot be reached; what was to be done there may or may not have been. */
public final class LostException extends LabException {

    private static final long serialVersionUID = 1L;

    LostException(String message) {
        super(message);
    }
}
