package io.clouddragon.compat.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads RESP2 and RESP3 replies, strictly: a reply that is not well-formed is a {@link ProtocolException}, the end of the
 * stream an {@link EOFException}. Source of the rules: the RESP3 specification of the Redis project.
 */
final class RespReader {
    private final InputStream in;

    RespReader(InputStream source) {
        in = new BufferedInputStream(source, 1 << 16);
    }

    RespValue read() throws IOException {
        char marker = (char) readByte();
        switch (marker) {
            case '+', '-', ':', ',', '(', '#':
                return RespValue.of(marker, readLine());
            case '_':
                require(readLine().length == 0, "null with content");
                return RespValue.nullOf(marker);
            case '$', '=', '!':
                return readBlob(marker, readLength());
            case '*', '~', '>':
                return readItems(marker, readLength());
            case '%', '|':
                return readItems(marker, 2 * readLength());
            default:
                throw new ProtocolException("unknown type marker '" + marker + "' (" + (int) marker + ")");
        }
    }

    /** Returns when a byte, or the end, is at hand; nothing is taken. The timeout of the socket applies. */
    void awaitByte() throws IOException {
        in.mark(1);
        in.read();
        in.reset();
    }

    private RespValue readBlob(char marker, int length) throws IOException {
        if (length == -1) {
            require(marker == '$', "null of a type that has none");
            return RespValue.nullOf(marker);
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("in a blob");
        }
        require(readByte() == '\r' && readByte() == '\n', "a blob does not end with CR LF");
        return RespValue.of(marker, content);
    }

    private RespValue readItems(char marker, int count) throws IOException {
        if (count == -1) {
            require(marker == '*', "null of a type that has none");
            return RespValue.nullOf(marker);
        }
        List<RespValue> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(read());
        }
        return RespValue.of(marker, items);
    }

    private int readLength() throws IOException {
        String line = new String(readLine(), StandardCharsets.ISO_8859_1);
        require(line.matches("-1|0|[1-9][0-9]{0,8}"), "not a length: " + line);
        return Integer.parseInt(line);
    }

    private byte[] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = readByte(); b != '\r'; b = readByte()) {
            require(b != '\n', "LF in a line");
            line.write(b);
        }
        require(readByte() == '\n', "CR in a line");
        return line.toByteArray();
    }

    private int readByte() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the server closed the connection");
        }
        return b;
    }

    private static void require(boolean condition, String otherwise) throws ProtocolException {
        if (!condition) {
            throw new ProtocolException(otherwise);
        }
    }
}
