package io.clouddragon.resp;

/**
 * What was wrong with a request stream. The connection answers {@code -ERR Protocol error: <message>} and closes: after
 * such an error nobody can know where the next command begins.
 *
 * @param message the text after "Protocol error: "; may quote one byte of the client's, even CR, and so must go through
 *     {@link ReplyWriter#error}
 */
public record ProtocolError(String message) {}
