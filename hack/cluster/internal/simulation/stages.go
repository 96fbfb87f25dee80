// Package simulation configures kwok, which plays the kubelets: the simulated nodes, and
// how pods live on them.
package simulation

import (
	_ "embed"
	"errors"
	"strings"
	"text/template"
	"time"
)

//go:embed stages.yaml.tmpl
var stagesTemplate string

// The stages hold templates of their own, in double braces, that kwok fills in.
var stages = template.Must(template.New("stages").Delims("[[", "]]").Parse(stagesTemplate))

// Pace is the range of the time from a pod's scheduling to Ready; each pod draws its own.
type Pace struct {
	Earliest time.Duration `json:"earliest"`
	Latest   time.Duration `json:"latest"`
}

// Valid reports what is wrong with a pace.
func (p Pace) Valid() error {
	if p.Earliest < 0 || p.Latest < 0 {
		return errors.New("the delays until a pod is Ready cannot be negative")
	}
	return nil
}

// Stages returns kwok's configuration.
func Stages(pace Pace) (string, error) {
	milliseconds := map[string]int64{
		"Earliest": pace.Earliest.Milliseconds(),
		// kwok would take a smaller upper bound for the delay itself.
		"Latest": max(pace.Earliest, pace.Latest).Milliseconds(),
	}
	var text strings.Builder
	err := stages.Execute(&text, milliseconds)
	return text.String(), err
}
