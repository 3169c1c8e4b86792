package proa.cluster.transport;

import java.security.cert.X509Certificate;

import javax.net.ssl.X509TrustManager;

/** A stranger who has no certificate and does not mind whose door it is. */
public final class TrustsAnybody implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
