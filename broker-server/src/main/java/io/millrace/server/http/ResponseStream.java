package io.millrace.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A response's body, written by a thread that may block: it waits for the reader, so that a long list takes no more memory
 * than a piece of it. What fits into one piece is sent with its length.
 */
final class ResponseStream extends OutputStream {
    private static final int PIECE_BYTES = 64 << 10;
    private static final long READER_SECONDS_MAX = 60;

    private final Context context;
    private final HttpServerResponse response;
    private Buffer piece = Buffer.buffer();
    private boolean begun;
    private boolean ended;

    ResponseStream(Context context, HttpServerResponse response) {
        this.context = context;
        this.response = response;
    }

    /** Whether the status has gone out. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    public void write(int one) throws IOException {
        piece.appendByte((byte) one);
        sendIfFull();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        piece.appendBytes(bytes, offset, length);
        sendIfFull();
    }

    /** Ends the body. */
    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            Buffer last = piece;
            await(() -> response.end(last));
        }
    }

    private void sendIfFull() throws IOException {
        if (piece.length() >= PIECE_BYTES) {
            Buffer full = piece;
            piece = Buffer.buffer(PIECE_BYTES + (PIECE_BYTES >> 2));
            boolean first = !begun;
            begun = true;
            await(() -> {
                if (first) {
                    response.setChunked(true);
                }
                return response.write(full);
            });
        }
    }

    private void await(Supplier<Future<Void>> write) throws IOException {
        CompletableFuture<Void> written = new CompletableFuture<>();
        context.runOnContext(now -> {
            if (response.closed()) {
                written.completeExceptionally(new IOException("the client has gone"));
                return;
            }
            try {
                write.get().onComplete(done -> {
                    if (done.succeeded()) {
                        written.complete(null);
                    } else {
                        written.completeExceptionally(done.cause());
                    }
                });
            } catch (IllegalStateException over) {
                written.completeExceptionally(over);
            }
        });
        try {
            written.get(READER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            ended = true;
            throw new IOException("the response was not read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = true;
            throw new IOException(e);
        }
    }
}
