package proa.chaos.lab;

/** The lab itself could not do what it was asked: a missing tool, right or process. */
public class LabException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
