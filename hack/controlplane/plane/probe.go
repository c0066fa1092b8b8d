// probe.go owns the waiting for a server to answer.
package plane

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"
)

const (
	probeInterval = 50 * time.Millisecond
	probeTimeout  = 2 * time.Second
)

// probe asks as the administrator of the control plane.
type probe struct {
	client *http.Client
	ended  <-chan struct{}
}

func newProbe(plane *plane) (*probe, error) {
	certificate, err := tls.LoadX509KeyPair(plane.ca.path("admin.crt"), plane.ca.path("admin.key"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(plane.ca.certificate)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}}}
	return &probe{client: &http.Client{Transport: transport, Timeout: probeTimeout}, ended: plane.ended}, nil
}

// await returns when url answers 200. It fails when the child dies first, when the deadline passes, or with errEnded.
func (p *probe) await(url string, c *child, deadline time.Time) error {
	last := "no attempt"
	for time.Now().Before(deadline) {
		if last = p.attempt(url); last == "" {
			return nil
		}
		select {
		case <-p.ended:
			return errEnded
		case err := <-c.exited:
			// Put back for kill, which collects every child.
			c.exited <- err
			return fmt.Errorf("%s ended while starting (%v), see %s", c.program, err, c.log.Name())
		case <-time.After(probeInterval):
		}
	}
	return fmt.Errorf("%s was not ready in time (%s), see %s", c.program, last, c.log.Name())
}

// attempt answers why url is not ready, or "".
func (p *probe) attempt(url string) string {
	response, err := p.client.Get(url)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return response.Status
	}
	return ""
}
