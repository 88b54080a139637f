package io.millrace.server.http;

import io.millrace.core.system.SystemLog;
import io.millrace.core.system.SystemState;
import io.millrace.server.report.ChannelReport;
import io.millrace.server.report.ConnectionReport;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The node as its administration sees it. Threads that may block; no event loop. */
public interface NodeAdmin {
    /** What does not change while it runs, and how its machine stands. */
    NodeReport node();

    /** Users, virtual hosts, permissions and policies; a change is answered once it is durable and in effect. */
    SystemLog system();

    /** Those definitions as they are now. */
    default SystemState definitions() {
        return system().state();
    }

    /** Definitions as files. */
    DefinitionsAdmin definitionsFiles();

    /** The text to be stored for a new password; takes about a tenth of a second. */
    String hash(byte[] password);

    /** The virtual host of that name if it runs; null otherwise. */
    @Nullable
    HostAdmin host(String name);

    /** The open connections, some at a time. */
    Iterator<List<ConnectionReport>> connections();

    /** The channels of all connections, some at a time. */
    Iterator<List<ChannelReport>> channels();

    /**
     * Closes connections; their clients are told the reason.
     *
     * @return how many
     */
    int closeConnections(Predicate<ConnectionReport> which, String reason);

    /**
     * Reads the certificate and key of TLS again, for connections that come from now on. Blocking.
     *
     * @return what is in use now
     * @throws io.millrace.core.model.BrokerException there is no TLS, or the files are not right and what was in use
     *     stays so
     */
    NodeReport.Certificate reloadTls();

    /** What is wrong now; empty if nothing is. */
    List<Alarm> alarms();
}
