package io.clouddragon.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Gathers a body. It grows with the bytes that have come, never to the length that was announced. */
final class BodyBuffer {
    /** Most bodies fit; larger arrays are not kept between requests. */
    private static final int FIRST_BYTES = 512;

    private static final byte[] NONE = {};

    private byte[] array = NONE;
    private int length;

    void append(ByteBuf bytes) {
        int added = bytes.readableBytes();
        if (length + added > array.length) {
            array = Arrays.copyOf(array, Math.max(Math.max(FIRST_BYTES, array.length * 2), length + added));
        }
        bytes.readBytes(array, length, added);
        length += added;
    }

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
        if (array.length > FIRST_BYTES) {
            array = NONE;
        }
    }
}
