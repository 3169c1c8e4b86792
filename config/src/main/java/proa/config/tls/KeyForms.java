package proa.config.tls;

import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.security.spec.InvalidKeySpecException;

/** Older forms of private keys → PKCS#8, which Java reads. */
final class KeyForms {

    private KeyForms() {}

    /** An RSA key (RFC 8017 A.1.2). */
    static byte[] pkcs8OfPkcs1(byte[] content) throws InvalidKeySpecException {
        try {
            return new PrivateKeyInfo(
                            new AlgorithmIdentifier(
                                    PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                            RSAPrivateKey.getInstance(content))
                    .getEncoded();
        } catch (IOException | IllegalArgumentException broken) {
            throw new InvalidKeySpecException("the key is damaged", broken);
        }
    }

    /** A key on a curve (RFC 5915), which must name the curve. */
    static byte[] pkcs8OfSec1(byte[] content) throws InvalidKeySpecException {
        try {
            ECPrivateKey key = ECPrivateKey.getInstance(content);
            return new PrivateKeyInfo(
                            new AlgorithmIdentifier(
                                    X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
                            key)
                    .getEncoded();
        } catch (IOException | IllegalArgumentException broken) {
            throw new InvalidKeySpecException("the key is damaged", broken);
        }
    }
}
