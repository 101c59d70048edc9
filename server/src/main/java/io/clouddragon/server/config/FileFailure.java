package io.clouddragon.server.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What is wrong with a file, for people; the exceptions of java.nio.file mostly say only the path. */
public final class FileFailure {
    private FileFailure() {}

    /** Without the path, where the exception is one of those. */
    static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        return failure instanceof MalformedInputException ? "it is not UTF-8 text" : failure.getMessage();
    }

    /** With the path, where the exception has it. */
    public static String text(IOException failure) {
        boolean isPathAlone = failure instanceof FileSystemException file && file.getReason() == null;
        return isPathAlone ? failure.getMessage() + ": " + reason(failure) : failure.getMessage();
    }
}
