package io.millrace.config;

/** How much the broker writes to its log, from little to everything. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
}
