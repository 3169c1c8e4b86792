package proa.config.text;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import java.util.HashMap;
import java.util.Map;

/**
 * At which line of a file each path stands, as {@code frontends.http.rules[2]}. For a file that is
 * sound. Immutable.
 */
public final class Places {

    private final String file;
    private final Map<String, Integer> lines = new HashMap<>();

    private Places(String file) {
        this.file = file;
    }

    /**
     * Finds them.
     *
     * @param text of the file
     * @param file its name, as it is shown
     */
    public static Places of(String text, String file) {
        Places places = new Places(file);
        try {
            places.add("", ConfigParser.resolved(text, file).root());
        } catch (ConfigException unsound) {
            places.lines.clear(); // everything stands in its first line then
        }
        return places;
    }

    private void add(String path, ConfigValue value) {
        if (!path.isEmpty() && value.origin().lineNumber() > 0) {
            lines.put(path, value.origin().lineNumber());
        }
        if (value instanceof ConfigObject object) {
            object.forEach((name, in) -> add(path.isEmpty() ? name : path + "." + name, in));
        } else if (value instanceof ConfigList list) {
            for (int at = 0; at < list.size(); at++) {
                add(path + "[" + at + "]", list.get(at));
            }
        }
    }

    /** The file and the line of a path, or of the nearest thing it is in. */
    public String of(String path) {
        String at = path;
        while (!at.isEmpty()) {
            Integer line = lines.get(at);
            if (line != null) {
                return file + ":" + line;
            }
            int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            at = cut < 0 ? "" : at.substring(0, cut);
        }
        return file + ":1";
    }
}
