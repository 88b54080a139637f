package io.millrace.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A path of the file system; a relative one is taken from the working directory of the process. */
record PathType() implements ValueType<Path> {
    @Override
    public String kind() {
        return "path";
    }

    @Override
    public String allowed() {
        return "a path, absolute or from the working directory";
    }

    @Override
    public Path parse(String text) throws InvalidValueException {
        if (text.isEmpty()) {
            throw new InvalidValueException("is empty");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidValueException("is not a path: " + Quoted.of(e.getReason()));
        }
    }

    @Override
    public String print(Path value) {
        return value.toString();
    }
}
