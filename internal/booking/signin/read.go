/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Files of the directory.
const (
	agentsFile = "agents"
	clientFile = "oidc.json"
	rootsFile  = "ca.crt"

	longestFile = 1 << 20
)

// read reads the directory. Its errors name the file, the field and what to write instead,
// but no secret.
func read(o Options) (*method, error) {
	dir := folder{path: o.Directory, digest: sha256.New()}
	people, byPassword, err := dir.file(agentsFile)
	if err != nil {
		return nil, err
	}
	client, byProvider, err := dir.file(clientFile)
	if err != nil {
		return nil, err
	}
	m := &method{}
	switch {
	case byPassword && byProvider:
		return nil, fmt.Errorf("%s contains both %s and %s: remove one", dir.path, agentsFile, clientFile)
	case byPassword:
		if m.agents, err = parseAgents(people); err != nil {
			return nil, fmt.Errorf("%s, %w", dir.in(agentsFile), err)
		}
	case byProvider:
		if m.oidc, err = dir.provider(client, o); err != nil {
			return nil, fmt.Errorf("%s: %w", dir.in(clientFile), err)
		}
	default:
		return nil, fmt.Errorf("%s contains neither %s, with a line for each agent, nor %s, with the client of an OpenID provider", dir.path, agentsFile, clientFile)
	}
	m.digest = [sha256.Size]byte(dir.digest.Sum(nil))
	return m, nil
}

// folder is a directory, with a digest of all that was read from it.
type folder struct {
	path   string
	digest interface {
		io.Writer
		Sum([]byte) []byte
	}
}

func (f folder) in(name string) string { return filepath.Join(f.path, name) }

// file reads a file, if it exists.
func (f folder) file(name string) (text string, there bool, err error) {
	switch info, err := os.Stat(f.in(name)); { // opening a pipe would block
	case errors.Is(err, os.ErrNotExist):
		_, err := os.Stat(f.path)
		return "", false, err
	case err != nil:
		return "", false, err
	case !info.Mode().IsRegular():
		return "", false, fmt.Errorf("%s is not a regular file", f.in(name))
	case info.Size() > longestFile:
		return "", false, fmt.Errorf("%s is longer than 1 MiB", f.in(name))
	}
	content, err := os.ReadFile(f.in(name))
	if err != nil {
		return "", false, err
	}
	fmt.Fprintf(f.digest, "%q %q\n", name, content)
	return string(content), true, nil
}

// client is the content of oidc.json.
type client struct {
	Issuer           string   `json:"issuer"`
	ClientID         string   `json:"clientID"`
	ClientSecretFile string   `json:"clientSecretFile"` // beside it; "" for a client without a secret
	RedirectURL      string   `json:"redirectURL"`      // of this desk, as the provider knows it
	AgentClaim       string   `json:"agentClaim"`
	GroupClaim       string   `json:"groupClaim"`
	Group            string   `json:"group"`
	Scopes           []string `json:"scopes"`
}

// CallbackPath is the path to which the provider redirects agents.
const CallbackPath = "/sign-in/callback"

// parseClient reads oidc.json.
func parseClient(text string, plain bool) (client, error) {
	c := client{AgentClaim: "preferred_username", GroupClaim: "groups", Scopes: []string{"profile"}}
	from := json.NewDecoder(bytes.NewReader([]byte(text)))
	from.DisallowUnknownFields()
	if err := from.Decode(&c); err != nil {
		return client{}, fmt.Errorf("is invalid: %w", err)
	}
	if _, err := from.Token(); !errors.Is(err, io.EOF) {
		return client{}, errors.New("has more than one value: write one object")
	}
	for _, field := range []struct{ name, text, right string }{
		{"issuer", c.Issuer, "the provider's address, such as https://login.example.org/realms/lazio"},
		{"clientID", c.ClientID, "by which the provider knows this desk"},
		{"redirectURL", c.RedirectURL, "where the provider sends agents back to, such as https://desk.example.org" + CallbackPath},
		{"agentClaim", c.AgentClaim, "the claim that names an agent, or leave it out for preferred_username"},
		{"groupClaim", c.GroupClaim, "the claim with the groups of an agent, or leave it out for groups"},
		{"group", c.Group, "the group that agents are in: the provider knows other people, too"},
	} {
		if strings.TrimSpace(field.text) == "" {
			return client{}, fmt.Errorf("%s is missing: write %s", field.name, field.right)
		}
	}
	if err := address(c.Issuer, false); err != nil {
		return client{}, fmt.Errorf("issuer %w", err)
	}
	if err := address(c.RedirectURL, plain); err != nil {
		return client{}, fmt.Errorf("redirectURL %w", err)
	}
	if !strings.HasSuffix(c.RedirectURL, CallbackPath) {
		return client{}, fmt.Errorf("redirectURL does not end in %s: no agent could come back", CallbackPath)
	}
	return c, nil
}

// address checks a URL. It needs TLS, except for this machine.
func address(text string, plain bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("is not a URL: write one that begins with https://")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("has a user, a question mark or a #: write the address alone")
	case u.Scheme == "http" && !plain && !here(u.Hostname()):
		return errors.New("is not encrypted: write one that begins with https://")
	}
	return nil
}

// here reports whether a host is this machine.
func here(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// provider reads oidc.json and the files that it names.
func (f folder) provider(text string, o Options) (*provider, error) {
	c, err := parseClient(text, o.Plain)
	if err != nil {
		return nil, err
	}
	secret := ""
	if name := c.ClientSecretFile; name != "" {
		if name != filepath.Base(name) || strings.HasPrefix(name, ".") {
			return nil, errors.New("clientSecretFile is not a file name: write the name of a file beside it")
		}
		content, there, err := f.file(name)
		switch {
		case err != nil:
			return nil, fmt.Errorf("clientSecretFile: %w", err)
		case !there || strings.TrimSpace(content) == "":
			return nil, fmt.Errorf("clientSecretFile is %s, which is missing or empty: write the client's secret into it", name)
		}
		secret = strings.TrimSpace(content)
	}
	roots, some, err := f.file(rootsFile)
	if err != nil {
		return nil, err
	}
	var pool *x509.CertPool
	if some {
		pool = x509.NewCertPool()
		if !pool.AppendCertsFromPEM([]byte(roots)) {
			return nil, fmt.Errorf("%s beside it has no certificate: write those of the provider's authority as PEM", rootsFile)
		}
	}
	return newProvider(c, secret, pool), nil
}
