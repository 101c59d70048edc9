package io.clouddragon.server.config;

/** Whether clients show a certificate. */
public enum ClientCertificates {
    NO,
    /** One that is shown must be good. */
    OPTIONAL,
    YES
}
