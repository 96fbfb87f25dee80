package certificate

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
)

// Kubeconfig holds what one user needs to reach an API server.
type Kubeconfig struct {
	Cluster   string // what the cluster is called in it
	Server    string
	Authority string // files in the folder of the certificates, without .crt
	User      string
}

const kubeconfigFormat = `apiVersion: v1
kind: Config
clusters:
- name: %[1]s
  cluster:
    server: %[2]s
    certificate-authority-data: %[3]s
users:
- name: %[1]s-%[4]s
  user:
    client-certificate-data: %[5]s
    client-key-data: %[6]s
contexts:
- name: %[1]s
  context:
    cluster: %[1]s
    user: %[1]s-%[4]s
current-context: %[1]s
`

// Write puts everything inside the file, so that it can be copied elsewhere.
func (k Kubeconfig) Write(path, certificates string) error {
	var encoded [3]string
	for i, file := range []string{k.Authority + ".crt", k.User + ".crt", k.User + ".key"} {
		content, err := os.ReadFile(filepath.Join(certificates, file))
		if err != nil {
			return fmt.Errorf("writing a kubeconfig: %w", err)
		}
		encoded[i] = base64.StdEncoding.EncodeToString(content)
	}
	text := fmt.Sprintf(kubeconfigFormat, k.Cluster, k.Server, encoded[0], k.User, encoded[1], encoded[2])
	return os.WriteFile(path, []byte(text), 0o600)
}
