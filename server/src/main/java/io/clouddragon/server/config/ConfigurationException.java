package io.clouddragon.server.config;

/** The server cannot start with this configuration. The message tells the user which file, line or option is wrong. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
