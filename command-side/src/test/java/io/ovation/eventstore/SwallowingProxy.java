package io.ovation.eventstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A way to a server that can fall silent, in one direction or both, for the connections there are and for new ones:
 * what comes meanwhile is kept, and delivered when it speaks again, as a suspended process finds it when it goes on.
 * For any number of threads.
 */
final class SwallowingProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition speaks = lock.newCondition();
    private boolean askingIsSilent;
    private boolean answeringIsSilent;

    SwallowingProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** @param asking whether what the client says is kept, @param answering what the server says */
    void silence(boolean asking, boolean answering) {
        lock.lock();
        try {
            askingIsSilent = asking;
            answeringIsSilent = answering;
            speaks.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> pass(client, server, true));
                Thread.ofVirtual().start(() -> pass(server, client, false));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pass(Socket from, Socket to, boolean asking) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitSpeech(asking);
                out.write(buffer, 0, read);
            }
            awaitSpeech(asking);
        } catch (IOException e) {
            // one of them is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitSpeech(boolean asking) throws InterruptedException {
        lock.lock();
        try {
            while (asking ? askingIsSilent : answeringIsSilent) {
                speaks.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        silence(false, false);
    }
}
