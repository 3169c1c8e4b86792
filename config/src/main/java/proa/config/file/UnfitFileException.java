package proa.config.file;

import java.io.IOException;

/**
 * A file that stays useless until somebody mends it: it is missing, must not be read, or makes no
 * sense. Any other {@link IOException} may pass by itself, such as that of a process without a free
 * descriptor.
 */
public final class UnfitFileException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message for the operator; names the file
     */
    UnfitFileException(String message, Exception cause) {
        super(message, cause);
    }

    UnfitFileException(String message) {
        super(message);
    }
}
