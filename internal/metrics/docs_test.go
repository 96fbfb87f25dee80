/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"sigs.k8s.io/yaml"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// row is one metric of docs/metrics.md.
type row struct {
	name, unit, help string
	labels           []string
}

// section is what the metrics of one subject share.
type section struct {
	Title, Labels string
	Conditions    []string
	rows          []row
}

func (s subject[T]) rows() []row {
	var out []row
	for _, m := range s.metrics {
		out = append(out, row{m.name, m.unit, m.help, s.labels})
	}
	return out
}

func (c conditions) row() row { return row{c.name, unitBoolean, c.help, c.labels} }

func sections() []section {
	on := func(title string, labels []string, rows []row) section {
		return section{Title: title, Labels: quoted(labels), rows: rows}
	}
	with := func(s section, c conditions) section {
		s.Conditions = c.types
		s.rows = append(s.rows, c.row())
		return s
	}
	return []section{
		on("The manager", nil, manager.rows()),
		on("What the manager could read", reads.labels, reads.rows()),
		with(on("Platforms", platformLabels, platforms.rows()), platformConditions),
		with(on("Campaigns", campaignLabels, campaigns.rows()), campaignConditions),
		on("Campaigns, on each of their channels", launchLabels, launches.rows()),
		with(on("Channels", channelLabels, channels.rows()), channelConditions),
		on("Call centres", channelLabels, callCentres.rows()),
	}
}

func allRows() []row {
	var out []row
	for _, s := range sections() {
		out = append(out, s.rows...)
	}
	return out
}

// quoted are words in backquotes, with commas.
func quoted(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "`" + strings.Join(words, "`, `") + "`"
}

// Table is the section's rows as Markdown.
func (s section) Table() string {
	var out strings.Builder
	out.WriteString("| metric | type | unit | what it says |\n|---|---|---|---|\n")
	for _, r := range s.rows {
		out.WriteString("| " + strings.Join([]string{"`" + r.name + "`", "gauge", r.unit, r.help}, " | ") + " |\n")
	}
	return out.String()
}

// Types are the conditions of the section, in words.
func (s section) Types() string { return quoted(s.Conditions) }

// alert is one rule of config/prometheus/alerts.yaml.
type alert struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for,omitempty"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

func alerts(t *testing.T) []alert {
	t.Helper()
	data, err := os.ReadFile(testenv.Path("config", "prometheus", "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name  string  `json:"name"`
			Rules []alert `json:"rules"`
		} `json:"groups"`
	}
	if err := yaml.UnmarshalStrict(data, &file); err != nil {
		t.Fatal(err)
	}
	var out []alert
	for _, group := range file.Groups {
		out = append(out, group.Rules...)
	}
	return out
}

// Summary of the alert, without Prometheus' own braces.
func (a alert) Summary() string {
	return variable.ReplaceAllString(a.Annotations["summary"], "*$1*")
}

// Query is the expression on its own lines.
func (a alert) Query() string { return strings.TrimSpace(a.Expr) }

var variable = regexp.MustCompile(`{{ \$(?:labels\.)?(\w+)[^}]*}}`)

func TestDocumentation(t *testing.T) {
	page, err := template.ParseFiles(filepath.Join("testdata", "metrics.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, map[string]any{"Sections": sections(), "Alerts": alerts(t)}); err != nil {
		t.Fatal(err)
	}
	golden(t, testenv.Path("docs", "metrics.md"), out.String())
}

// TestAlerts holds every name in the alerts against the metrics.
func TestAlerts(t *testing.T) {
	known := map[string]row{}
	for _, r := range allRows() {
		known[r.name] = r
	}
	given := map[string]bool{}
	for _, a := range alerts(t) {
		t.Run(a.Alert, func(t *testing.T) {
			if given[a.Alert] {
				t.Error("there are two of this name")
			}
			given[a.Alert] = true
			for _, problem := range wrong(a, known) {
				t.Error(problem)
			}
		})
	}
	if len(given) == 0 {
		t.Error("there are no alerts")
	}
}

var (
	metricName = regexp.MustCompile(`\bmezzanotte_\w+`)
	onLabels   = regexp.MustCompile(`\bon \(([^)]*)\)`)
	matcher    = regexp.MustCompile(`(\w+)="(\w*)"`)
)

// wrong returns what is wrong with an alert, as far as that shows without Prometheus.
func wrong(a alert, known map[string]row) []string {
	problems := unknownNames(a, known)
	if strings.Count(a.Expr, "(") != strings.Count(a.Expr, ")") || strings.Count(a.Expr, "{") != strings.Count(a.Expr, "}") {
		problems = append(problems, "brackets do not match")
	}
	if severity := a.Labels["severity"]; severity != "critical" && severity != "warning" {
		problems = append(problems, "severity is "+severity+", not critical or warning")
	}
	if a.Annotations["summary"] == "" {
		problems = append(problems, "it has no summary")
	}
	return problems
}

// unknownNames are metrics, labels and values in an alert that no series has.
func unknownNames(a alert, known map[string]row) []string {
	var problems, labels []string
	names := metricName.FindAllString(a.Expr, -1)
	for _, name := range names {
		if _, ok := known[name]; !ok {
			problems = append(problems, "no metric is called "+name)
		}
		labels = append(labels, known[name].labels...)
	}
	if len(names) == 0 {
		problems = append(problems, "it asks for none of our metrics")
	}
	for _, on := range onLabels.FindAllStringSubmatch(a.Expr, -1) {
		for label := range strings.SplitSeq(on[1], ", ") {
			for _, name := range names {
				if !slices.Contains(known[name].labels, label) {
					problems = append(problems, name+" has no label "+label)
				}
			}
		}
	}
	for _, used := range matcher.FindAllStringSubmatch(a.Expr, -1) {
		if !hasValue(names, used[1], used[2]) {
			problems = append(problems, "no series has "+used[0])
		}
	}
	for _, used := range variable.FindAllStringSubmatch(a.Annotations["summary"], -1) {
		if used[1] != "value" && !slices.Contains(labels, used[1]) {
			problems = append(problems, "the summary speaks of the label "+used[1]+", which there is not")
		}
	}
	return problems
}

// hasValue reports whether a label of one of the metrics takes a value.
func hasValue(names []string, label, value string) bool {
	for _, c := range []conditions{platformConditions, campaignConditions, channelConditions} {
		if !slices.Contains(names, c.name) {
			continue
		}
		if label == "condition" && slices.Contains(c.types, value) || label == "status" && slices.Contains(statusLabels[:], value) {
			return true
		}
	}
	return false
}

// TestWrongAlertsAreSeen keeps TestAlerts honest.
func TestWrongAlertsAreSeen(t *testing.T) {
	known := map[string]row{}
	for _, r := range allRows() {
		known[r.name] = r
	}
	right := alert{
		Expr:        `mezzanotte_channel_condition{condition="FloorHeld", status="false"} == 1`,
		Labels:      map[string]string{"severity": "critical"},
		Annotations: map[string]string{"summary": "{{ $labels.channel }}"},
	}
	for name, tc := range map[string]struct {
		change func(a *alert)
		want   string
	}{
		"nothing":               {func(*alert) {}, ""},
		"another metric":        {func(a *alert) { a.Expr = "mezzanotte_channel_flour_replicas > 1" }, "no metric is called"},
		"none of ours":          {func(a *alert) { a.Expr = "up == 0" }, "none of our metrics"},
		"another label":         {func(a *alert) { a.Expr += ` and on (pod) mezzanotte_channel_replicas` }, "has no label pod"},
		"another condition":     {func(a *alert) { a.Expr = strings.Replace(a.Expr, "FloorHeld", "Prescaled", 1) }, `condition="Prescaled"`},
		"another status":        {func(a *alert) { a.Expr = strings.Replace(a.Expr, "false", "False", 1) }, `status="False"`},
		"an open bracket":       {func(a *alert) { a.Expr = "(" + a.Expr }, "brackets"},
		"no severity":           {func(a *alert) { a.Labels = nil }, "severity"},
		"no summary":            {func(a *alert) { a.Annotations = nil }, "no summary"},
		"a label in words only": {func(a *alert) { a.Annotations["summary"] = "{{ $labels.hub }}" }, "the label hub"},
	} {
		t.Run(name, func(t *testing.T) {
			a := right
			a.Annotations = map[string]string{"summary": right.Annotations["summary"]}
			tc.change(&a)
			got := strings.Join(wrong(a, known), "; ")
			if got != "" && tc.want == "" || !strings.Contains(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
