package io.clouddragon.storage.engine;

/** How a primitive of a transaction ended. Each door has its own words for it. */
public enum Outcome {
    OK,
    /** The key holds another type of value. */
    WRONG_TYPE,
    /** The value is not a 64-bit number in decimal. */
    NOT_AN_INTEGER,
    /** The result does not fit 64 bits. Nothing was changed. */
    OVERFLOW
}
