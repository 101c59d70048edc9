package io.clouddragon.server.config;

import java.util.Arrays;
import java.util.List;

/** The settings {@code tls-*} as they are in force; see {@link Setting}. */
public record TlsSettings(
        String certFile,
        String keyFile,
        String keyPassword,
        String caFile,
        String caDirectory,
        ClientCertificates clients,
        List<String> protocols,
        List<String> ciphers,
        boolean serverDecides,
        boolean resumes,
        long cachedSessions,
        long resumeSeconds) {
    /** All whose change makes new connections different. */
    public static final List<Setting> ALL = List.of(
            Setting.TLS_CERT_FILE,
            Setting.TLS_KEY_FILE,
            Setting.TLS_KEY_FILE_PASS,
            Setting.TLS_CA_CERT_FILE,
            Setting.TLS_CA_CERT_DIR,
            Setting.TLS_AUTH_CLIENTS,
            Setting.TLS_PROTOCOLS,
            Setting.TLS_CIPHERS,
            Setting.TLS_CIPHERSUITES,
            Setting.TLS_PREFER_SERVER_CIPHERS,
            Setting.TLS_SESSION_CACHING,
            Setting.TLS_SESSION_CACHE_SIZE,
            Setting.TLS_SESSION_CACHE_TIMEOUT);

    static TlsSettings of(Settings settings) {
        String ciphers = settings.text(Setting.TLS_CIPHERS) + ":" + settings.text(Setting.TLS_CIPHERSUITES);
        return new TlsSettings(
                settings.text(Setting.TLS_CERT_FILE),
                settings.text(Setting.TLS_KEY_FILE),
                settings.text(Setting.TLS_KEY_FILE_PASS),
                settings.text(Setting.TLS_CA_CERT_FILE),
                settings.text(Setting.TLS_CA_CERT_DIR),
                (ClientCertificates) settings.value(Setting.TLS_AUTH_CLIENTS).parsed(),
                words(settings.text(Setting.TLS_PROTOCOLS), " "),
                words(ciphers, ":"),
                settings.isOn(Setting.TLS_PREFER_SERVER_CIPHERS),
                settings.isOn(Setting.TLS_SESSION_CACHING),
                settings.number(Setting.TLS_SESSION_CACHE_SIZE),
                settings.number(Setting.TLS_SESSION_CACHE_TIMEOUT));
    }

    private static List<String> words(String text, String between) {
        return Arrays.stream(text.split(between))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
