package io.millrace.config;

/** How a log line looks: for people, or one JSON object a line for machines. */
public enum LogFormat {
    TEXT,
    JSON
}
