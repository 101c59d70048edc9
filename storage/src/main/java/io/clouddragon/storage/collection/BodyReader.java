package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.Bytes;

/**
 * Reads a whole body in parts while it is changed in between: how a snapshot goes over it. What comes out of a list is the
 * list as it was when the reader was made. Of the others it is fuzzy: each element as it was at some moment since;
 * elements that came or went meanwhile may be there or not. Since the log has every change since, and each sets an element
 * to a value whatever it was, replaying them makes the result exact.
 */
public interface BodyReader {
    /**
     * Receives elements; of a string, parts of it. The view is valid during the call. The bytes of an element stay as they
     * are even later; those of a string are edited.
     */
    interface Visitor {
        /** @param position of a part of a string, its offset; else without meaning */
        void visit(Bytes element, long position);
    }

    /**
     * Reads on a little: some hundred bytes up to some kilobytes, or one element.
     *
     * @return false when everything has been read
     */
    boolean read(Visitor visitor);
}
