package io.millrace.server.transport;

import io.millrace.config.Network;
import io.millrace.server.tls.TlsContext;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and how clients are served.
 *
 * @param address port 0 takes a free one
 * @param tls encrypts, if it is there
 * @param proxies who may be between; empty if clients come by themselves
 */
public record Place(InetSocketAddress address, @Nullable TlsContext tls, List<Network> proxies) {}
