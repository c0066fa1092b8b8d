// pki.go owns the keys and certificates of one control plane, made anew for each.
package plane

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// certificateLifetime outlasts every run and is short enough to make a forgotten folder worthless.
const certificateLifetime = 30 * 24 * time.Hour

// clientAuthorities is the file with the CAs of client certificates.
const clientAuthorities = "clients.crt"

// clockSkew is how far into the past certificates are valid.
const clockSkew = time.Hour

// authority signs certificates for one control plane and keeps them below dir.
type authority struct {
	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// newAuthority makes a CA and writes name.crt into dir. Its key is not written.
func newAuthority(dir, name string) (*authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template, err := newTemplate(pkix.Name{CommonName: "control-plane-" + name})
	if err != nil {
		return nil, err
	}
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	ca := &authority{dir: dir, certificate: certificate, key: key}
	return ca, writePEM(ca.path(name+".crt"), "CERTIFICATE", der)
}

// issuePeopleAuthority makes the CA of people, whose key is kept beside it so that tests sign client certificates by
// themselves, and the bundle of all whose client certificates the API server believes. What this CA signs is a person
// with any name and group: it is for control planes that nobody but tests reaches.
func (ca *authority) issuePeopleAuthority() error {
	people, err := newAuthority(ca.dir, "people")
	if err != nil {
		return err
	}
	bundle := append(certificatePEM(ca.certificate.Raw), certificatePEM(people.certificate.Raw)...)
	return errors.Join(
		writeKey(people.path("people.key"), people.key),
		os.WriteFile(ca.path(clientAuthorities), bundle, 0o600),
	)
}

// path answers where the authority keeps a file.
func (ca *authority) path(name string) string {
	return filepath.Join(ca.dir, name)
}

// issueServing writes name.crt and name.key for a server on the loopback
// address and another that is also reachable under the in-cluster names of the API.
func (ca *authority) issueServing(name, address string) error {
	template, err := newTemplate(pkix.Name{CommonName: name})
	if err != nil {
		return err
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
	template.IPAddresses = []net.IP{net.ParseIP(loopback), net.ParseIP(address), net.ParseIP(serviceAddress)}
	return ca.issue(name, template)
}

// issueClient writes name.crt and name.key for a user of the API.
func (ca *authority) issueClient(name, user string, groups ...string) error {
	template, err := newTemplate(pkix.Name{CommonName: user, Organization: groups})
	if err != nil {
		return err
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return ca.issue(name, template)
}

func (ca *authority) issue(name string, template *x509.Certificate) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, ca.certificate, key.Public(), ca.key)
	if err != nil {
		return err
	}
	if err := writePEM(ca.path(name+".crt"), "CERTIFICATE", der); err != nil {
		return err
	}
	return writeKey(ca.path(name+".key"), key)
}

// issueServiceAccountKey writes the key that signs service account tokens.
func (ca *authority) issueServiceAccountKey(name string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	return writeKey(ca.path(name), key)
}

func newTemplate(subject pkix.Name) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    now.Add(-clockSkew),
		NotAfter:     now.Add(certificateLifetime),
	}, nil
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(path, "EC PRIVATE KEY", der)
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
