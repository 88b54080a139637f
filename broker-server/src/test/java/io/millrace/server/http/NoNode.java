package io.millrace.server.http;

import io.millrace.core.system.SystemLog;
import io.millrace.server.report.ChannelReport;
import io.millrace.server.report.ConnectionReport;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A node that nobody asks anything. */
final class NoNode implements NodeAdmin {
    @Override
    public NodeReport node() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SystemLog system() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DefinitionsAdmin definitionsFiles() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String hash(byte[] password) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable HostAdmin host(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterator<List<ConnectionReport>> connections() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterator<List<ChannelReport>> channels() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int closeConnections(Predicate<ConnectionReport> which, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public NodeReport.Certificate reloadTls() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Alarm> alarms() {
        throw new UnsupportedOperationException();
    }
}
