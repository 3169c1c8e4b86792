package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.SpreadingConfig.HashKey;
import proa.node.exchange.Facts;
import proa.node.message.FormScanner;

import java.util.Locale;

/**
 * A parameter of the query or, without it, of the form that a POST carries: what browsers send from
 * a form (HTML, §4.10.21). A coded body cannot be read, and is not looked into.
 */
final class FormKey implements RequestKey {

    private static final String FORM = "application/x-www-form-urlencoded";

    private final HashKey.FormParameter parameter;
    private final Part query;

    FormKey(HashKey.FormParameter parameter) {
        this.parameter = parameter;
        this.query = Part.of(parameter);
    }

    @Override
    public long of(Facts facts) {
        return RequestKey.ofText(query.of(facts));
    }

    @Override
    public @Nullable FormScanner form(Facts facts) {
        return facts.methodIs("POST")
                        && isForm(facts.header("Content-Type"))
                        && !facts.hasHeader("Content-Encoding")
                ? new FormScanner(parameter.name(), parameter.bodyBytesMax())
                : null;
    }

    /** Whatever parameters, such as a character set, the type has. */
    private static boolean isForm(@Nullable String type) {
        if (type == null) {
            return false;
        }
        int end = type.indexOf(';');
        String kind = end < 0 ? type : type.substring(0, end);
        return kind.strip().toLowerCase(Locale.ROOT).equals(FORM);
    }
}
