package io.millrace.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.millrace.config.BrokerConfig;
import io.millrace.config.LogFormat;
import io.millrace.config.LogLevel;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to standard error. The logging library finds this class by itself and has it configure warnings
 * only; {@link #apply} follows once the configuration is read.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String OURS = "io.millrace";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        set(context, new BrokerConfig.Log(LogLevel.WARN, LogFormat.TEXT));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** From here on the log is as configured. The level holds for the broker; libraries stay at warnings, or below. */
    public static void apply(BrokerConfig.Log log) {
        set((LoggerContext) LoggerFactory.getILoggerFactory(), log);
    }

    private static void set(LoggerContext context, BrokerConfig.Log log) {
        Encoder<ILoggingEvent> encoder = log.format() == LogFormat.JSON ? json() : new LineEncoder();
        encoder.setContext(context);
        encoder.start();

        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();

        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.setLevel(log.level() == LogLevel.ERROR ? Level.ERROR : Level.WARN);
        context.getLogger(OURS).setLevel(Level.valueOf(log.level().name()));
    }

    private static JsonEncoder json() {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMarkers(false);
        encoder.setWithMDC(false);
        encoder.setWithKVPList(false);
        encoder.setWithArguments(false);
        encoder.setWithMessage(false);
        encoder.setWithFormattedMessage(true);
        return encoder;
    }
}
