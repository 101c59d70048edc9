package io.clouddragon.server.config;

/** A value that a setting cannot take. The message is the reason alone, in Redis' words, without the setting's name. */
public final class InvalidSettingException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String reason) {
        super(reason);
    }
}
