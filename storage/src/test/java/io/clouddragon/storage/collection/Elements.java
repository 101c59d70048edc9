package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;

/** Elements as the tests write and show them. */
final class Elements {
    private Elements() {}

    static byte[] scored(String name, double score) {
        return Element.encode(new ByteSink(16), Bytes.of(name), score, new Bytes())
                .copy();
    }

    static byte[] pair(String name, String value) {
        return Element.encode(new ByteSink(16), Bytes.of(name), Bytes.of(value), new Bytes())
                .copy();
    }

    static String name(byte[] element) {
        return Element.name(element, 0, new Bytes()).toString();
    }

    static String payload(byte[] element) {
        return Element.payload(element, 0, element.length, new Bytes()).toString();
    }

    static double score(byte[] element) {
        return Element.score(element, element.length);
    }
}
