package io.ovation.documents;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Tells whether the other end of a loopback connection is a socket of this very process, by Linux' {@code /proc}. It
 * keeps nothing, so any number of threads may ask; it reads files, so no event loop of a client may.
 *
 * <p>{@code /proc/self/net/tcp} has a row for each socket, with both addresses and the inode; {@code /proc/self/fd} has
 * a link to the inode of each socket that this process holds. Both addresses are compared: another process may use the
 * same port number at another loopback address.
 */
final class OwnSockets {
    private static final Path PROC = Path.of("/proc/self");

    /** A row may be left out of one reading, when sockets of the same hash bucket close meanwhile. */
    private static final int READINGS = 3;

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;

    /** The inode of a socket that no process holds any more. */
    private static final String NO_INODE = "0";

    private OwnSockets() {}

    /** Whether this machine tells whose a socket is: asks for one that is our own. */
    static boolean canBeTold() {
        if (!Files.isReadable(PROC.resolve("net/tcp"))) {
            return false;
        }
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            return isOwn(
                    (InetSocketAddress) client.getLocalSocketAddress(),
                    (InetSocketAddress) client.getRemoteSocketAddress());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether this process holds the socket with these two addresses.
     *
     * @param local the address of the socket in question: for the peer of a connection, the connection's remote one
     */
    static boolean isOwn(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        for (int reading = 0; reading < READINGS; reading++) {
            Optional<String> inode = inode("net/tcp", local, remote, false);
            if (inode.isEmpty()) {
                // where Java's own sockets are: of IPv6, with IPv4 addresses mapped into it
                inode = inode("net/tcp6", local, remote, true);
            }
            if (inode.isPresent()) {
                return holds(inode.get());
            }
        }
        return false;
    }

    private static Optional<String> inode(
            String table, InetSocketAddress local, InetSocketAddress remote, boolean mapped) throws IOException {
        String localColumn = column(local, mapped);
        String remoteColumn = column(remote, mapped);
        try (BufferedReader rows = Files.newBufferedReader(PROC.resolve(table), StandardCharsets.US_ASCII)) {
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                if (row.contains(localColumn)) {
                    String[] columns = row.strip().split("\\s+", -1);
                    if (columns.length > INODE
                            && columns[LOCAL].equals(localColumn)
                            && columns[REMOTE].equals(remoteColumn)) {
                        return Optional.of(columns[INODE]);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // a machine without IPv6
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** An address as a table writes it: 32 bits at a time, each in the byte order of the machine. */
    private static String column(InetSocketAddress address, boolean mapped) {
        byte[] bytes = address.getAddress().getAddress();
        if (mapped && bytes.length == Integer.BYTES) {
            bytes = ByteBuffer.allocate(4 * Integer.BYTES)
                    .putInt(0)
                    .putInt(0)
                    .putInt(0xffff)
                    .put(bytes)
                    .array();
        }
        HexFormat hex = HexFormat.of().withUpperCase();
        StringBuilder column = new StringBuilder();
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            column.append(hex.toHexDigits(words.getInt()));
        }
        return column.append(':')
                .append(hex.toHexDigits((short) address.getPort()))
                .toString();
    }

    private static boolean holds(String inode) throws IOException {
        if (inode.equals(NO_INODE)) {
            return false;
        }
        Path socket = Path.of("socket:[" + inode + "]");
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROC.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (leadsTo(descriptor, socket)) {
                    return true;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return false;
    }

    private static boolean leadsTo(Path descriptor, Path target) {
        try {
            return Files.readSymbolicLink(descriptor).equals(target);
        } catch (IOException e) {
            // closed since it was listed
            return false;
        }
    }
}
