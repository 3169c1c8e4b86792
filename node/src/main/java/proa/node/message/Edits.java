package proa.node.message;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What changes in one request and in its response on the way, besides what always does.
 *
 * @param request changes to the request's field lines, in order
 * @param response changes to the final response's field lines, in order
 * @param target the request target in origin form instead of the client's, or null
 */
public record Edits(List<FieldEdit> request, List<FieldEdit> response, @Nullable String target) {

    public Edits {
        request = List.copyOf(request);
        response = List.copyOf(response);
    }
}
