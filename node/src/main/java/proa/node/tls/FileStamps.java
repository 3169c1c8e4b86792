package proa.node.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * What files looked like from outside at one moment; another moment's differs when one of them was
 * written or replaced.
 */
record FileStamps(List<String> stamps) {

    FileStamps {
        stamps = List.copyOf(stamps);
    }

    static FileStamps of(List<Path> files) {
        List<String> stamps = new ArrayList<>();
        for (Path file : files) {
            stamps.add(of(file));
        }
        return new FileStamps(stamps);
    }

    private static String of(Path file) {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return seen.lastModifiedTime() + " " + seen.size() + " " + seen.fileKey();
        } catch (IOException _) {
            return "missing";
        }
    }
}
