package realnode

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"strings"
	"text/template"
)

// NodeName is the name of the only node.
const NodeName = "machine"

// PauseImage holds each pod's namespaces. It is made here and never pulled.
const PauseImage = "docker.io/mezzanotte/pause:1"

// MachineName is the host name by which pods reach the machine that the node runs on.
const MachineName = "host.mezzanotte.internal"

//go:embed files/*.tmpl
var templates embed.FS

// Description holds the values in which the files of two clusters differ.
type Description struct {
	Network
	Folder       string // of the cluster
	Programs     string // folder of the node's programs
	Group        string // control group
	Authority    string // certificate that signs all others, in base64
	DNSPort      int    // on the machine
	DNSReady     int
	MetricsPort  int  // on the machine's loopback
	LimitOOM     bool // the machine lets nobody be protected from running out of memory
	APIPort      int
	NodeName     string
	PauseImage   string
	MachineName  string
	Certificates string // folder
}

// Files returns all files, by name.
func (d Description) Files() (map[string]string, error) {
	d.NodeName, d.PauseImage, d.MachineName = NodeName, PauseImage, MachineName
	parsed, err := template.New("").Option("missingkey=error").ParseFS(templates, "files/*.tmpl")
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, t := range parsed.Templates() {
		if t.Name() == "" {
			continue
		}
		var text bytes.Buffer
		if err := t.Execute(&text, d); err != nil {
			return nil, fmt.Errorf("writing %s: %w", t.Name(), err)
		}
		files[strings.TrimSuffix(path.Base(t.Name()), ".tmpl")] = text.String()
	}
	return files, nil
}
