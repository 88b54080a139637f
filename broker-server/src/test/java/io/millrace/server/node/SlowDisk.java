package io.millrace.server.node;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Disks on which a flush takes a while. */
final class SlowDisk {
    private static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private SlowDisk() {}

    static Disk of(Disk disk) {
        return slow(Disk.class, disk);
    }

    private static <T> T slow(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (method.getName().equals("force")) {
                LockSupport.parkNanos(FLUSH_NANOS);
            }
            try {
                Object result = method.invoke(real, args);
                return result instanceof DiskFile file ? slow(DiskFile.class, file) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
