package io.millrace.server.node;

import io.millrace.config.BrokerConfig;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.system.SystemLog;
import io.millrace.server.auth.Logins;
import io.millrace.server.http.Alarm;
import io.millrace.server.http.DefinitionsAdmin;
import io.millrace.server.http.HostAdmin;
import io.millrace.server.http.NodeAdmin;
import io.millrace.server.http.NodeReport;
import io.millrace.server.report.ChannelReport;
import io.millrace.server.report.ConnectionReport;
import io.millrace.server.tls.TlsContext;
import io.millrace.server.tls.TlsException;
import io.millrace.server.transport.Survey;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The node for its management interface. On threads that may block. */
final class Administration implements NodeAdmin {
    private final BrokerConfig config;
    private final SystemLog system;
    private final HostRegistry hosts;
    private final Logins logins;
    private final Survey survey;
    private final DiskWatch disk;
    private final long startedMillis = System.currentTimeMillis();
    private final Listeners listening;
    private volatile @Nullable URI own;
    private volatile @Nullable DefinitionsAdmin definitions;

    Administration(
            BrokerConfig config,
            SystemLog system,
            HostRegistry hosts,
            Logins logins,
            Survey survey,
            DiskWatch disk,
            Listeners listening) {
        this.config = config;
        this.system = system;
        this.hosts = hosts;
        this.logins = logins;
        this.survey = survey;
        this.disk = disk;
        this.listening = listening;
    }

    /** Where this interface is served, known once it is. */
    void served(URI address) {
        own = address;
    }

    @Override
    public NodeReport node() {
        return new NodeReport(
                config.nodeName(),
                Offers.version(),
                startedMillis,
                config.data().directory().toAbsolutePath().normalize().toString(),
                disk.freeBytes(),
                config.data().minFreeBytes(),
                listeners());
    }

    private List<NodeReport.Listener> listeners() {
        List<NodeReport.Listener> all = new ArrayList<>();
        TlsContext.InUse tls = listening.tls();
        for (Listeners.Listener each : listening.listening()) {
            String host = each.address().getAddress().getHostAddress();
            all.add(new NodeReport.Listener(
                    each.scheme(),
                    host,
                    each.address().getPort(),
                    tls == null || !each.scheme().equals("amqps") ? null : certificate(tls)));
        }
        URI uri = own;
        if (uri != null) {
            all.add(new NodeReport.Listener("http", uri.getHost(), uri.getPort(), null));
        }
        return all;
    }

    private static NodeReport.Certificate certificate(TlsContext.InUse tls) {
        return new NodeReport.Certificate(tls.subject(), tls.expires());
    }

    @Override
    public NodeReport.Certificate reloadTls() {
        try {
            return certificate(listening.reloadTls());
        } catch (TlsException e) {
            TlsContext.InUse kept = listening.tls();
            String stays = kept == null ? "" : "; in use stays " + kept.subject() + ", which expires " + kept.expires();
            throw new BrokerException(ErrorCode.PRECONDITION_FAILED, e.getMessage() + stays);
        }
    }

    @Override
    public SystemLog system() {
        return system;
    }

    /** How definitions are read and written; before that nobody can. */
    void definitionsFiles(DefinitionsAdmin files) {
        definitions = files;
    }

    @Override
    public DefinitionsAdmin definitionsFiles() {
        DefinitionsAdmin files = definitions;
        if (files == null) {
            throw new BrokerException(ErrorCode.UNAVAILABLE, "the broker is still starting");
        }
        return files;
    }

    @Override
    public String hash(byte[] password) {
        return logins.hash(password);
    }

    @Override
    public @Nullable HostAdmin host(String name) {
        HostedVirtualHost host = hosts.named(name);
        return host == null ? null : new HostAdministration(host, system);
    }

    @Override
    public Iterator<List<ConnectionReport>> connections() {
        return survey.connections();
    }

    @Override
    public Iterator<List<ChannelReport>> channels() {
        return survey.channels();
    }

    @Override
    public int closeConnections(Predicate<ConnectionReport> which, String reason) {
        return survey.close(which, reason);
    }

    @Override
    public List<Alarm> alarms() {
        List<Alarm> alarms = new ArrayList<>();
        if (disk.isLow()) {
            alarms.add(new Alarm(
                    Alarm.DISK,
                    config.data().directory().toString(),
                    "",
                    "publishers wait: " + disk.freeBytes() + " bytes are free on the disk of the data directory, below "
                            + config.data().minFreeBytes() + " (data.min-free)"));
        }
        for (HostedVirtualHost host : hosts.all()) {
            for (String queue : new TreeSet<>(host.damagedQueues())) {
                alarms.add(
                        new Alarm(
                                Alarm.DAMAGED,
                                queue,
                                host.definition().name(),
                                "stored messages of queue '" + queue + "' in vhost '"
                                        + host.definition().name()
                                        + "' cannot be read; the log says which, and 'millrace queues discard-damaged' gives them up"));
            }
        }
        return alarms;
    }
}
