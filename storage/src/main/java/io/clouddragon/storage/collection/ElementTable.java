package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.memory.HashTable;
import java.util.Arrays;

/** The elements of a hash, set or sorted set by their names; each a byte array, see {@link Element}. */
final class ElementTable extends HashTable {
    private final Bytes scratch = new Bytes();

    ElementTable(long seed) {
        super(seed);
    }

    @Override
    protected boolean keyEquals(Object element, byte[] key, int offset, int length) {
        byte[] bytes = (byte[]) element;
        Element.name(bytes, 0, scratch);
        int at = scratch.offset();
        return scratch.length() == length && Arrays.equals(bytes, at, at + length, key, offset, offset + length);
    }

    @Override
    protected long hashOf(Object element) {
        return Element.name((byte[]) element, 0, scratch).hash(seed());
    }
}
