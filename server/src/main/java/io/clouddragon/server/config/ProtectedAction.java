package io.clouddragon.server.config;

/** Who may do something that not everybody should. */
public enum ProtectedAction {
    NO,
    /** Clients on this machine. */
    LOCAL,
    YES
}
