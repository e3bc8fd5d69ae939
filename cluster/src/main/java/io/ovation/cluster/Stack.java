package io.ovation.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;

import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.JDBC_PING2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.SYM_ENCRYPT;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

/**
 * The protocols between nodes, from the socket up. Nodes find each other in the database that they share; all that they
 * say is encrypted with the cluster's secret, so that a stranger's message cannot be read, and is dropped. JGroups
 * knows no way to encrypt that also authenticates; what a node acts on bears a {@link Seal} besides.
 */
final class Stack {
    /** A node that has said nothing for so long has gone, or might as well have. */
    static final int SILENCE_MILLIS = 5_000;

    private static final int HEARTBEAT_MILLIS = 1_000;
    private static final int IV_BYTES = 16;

    /** Far above what is sent at once: bundles are of 64 KB, and what is longer is cut. */
    private static final int MOST_BYTES = 1 << 20;


    private Stack() {}

    /** @param discovery connections that give up within two seconds, for membership waits for them */
    static List<Protocol> of(ClusterSettings settings, DataSource discovery) throws UnknownHostException {
        TCP tcp = new TCP();
        tcp.setBindAddress(InetAddress.getByName(settings.host()));
        tcp.setBindPort(settings.port());
        // who connects says how much is to come, before anybody knows who that is
        tcp.setMaxLength(MOST_BYTES);
        JDBC_PING2 ping = new JDBC_PING2();
        ping.setDataSource(discovery);
        MERGE3 merge = new MERGE3().setMinInterval(1_000).setMaxInterval(4_000);
        FD_SOCK2 ends = new FD_SOCK2();
        ends.setBindAddress(tcp.getBindAddress());
        FD_ALL3 silence = new FD_ALL3();
        silence.setTimeout(SILENCE_MILLIS);
        silence.setInterval(HEARTBEAT_MILLIS);
        VERIFY_SUSPECT2 verify = new VERIFY_SUSPECT2();
        verify.setTimeout(1_000);
        SYM_ENCRYPT encrypt = new SYM_ENCRYPT();
        encrypt.setSecretKey(key(String.valueOf(settings.secret())));
        encrypt.symAlgorithm("AES/CBC/PKCS5Padding").symIvLength(IV_BYTES);
        GMS membership = new GMS();
        membership.setJoinTimeout(2_000);
        membership.printLocalAddress(false);
        return List.of(
                tcp,
                // over the socket, so that also nobody's silence, end or merge is believed to a stranger
                encrypt,
                ping,
                merge,
                ends,
                silence,
                verify,
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                membership,
                new UFC(),
                new MFC(),
                new FRAG4());
    }

    /** Of 256 bits, whatever the length of the secret is. */
    private static SecretKeySpec key(String secret) {
        try {
            byte[] text = ("ovation cluster encryption " + secret).getBytes(StandardCharsets.UTF_8);
            return new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(text), "AES");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
