/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var samples = filepath.Join("..", "..", "config", "samples")

// oneNight is a platform, a web channel that needs 9 replicas, and a campaign.
const oneNight = `
apiVersion: booking.mezzanotte.dev/v1alpha1
kind: BookingPlatform
metadata: {name: lazio}
spec:
  timeZone: Europe/Rome
  database: {secretRef: {name: lazio-database, key: uri}, maxConnections: 2000}
  identifierKeys: {secretRef: {name: lazio-identifier-keys}}
---
apiVersion: booking.mezzanotte.dev/v1alpha1
kind: BookingChannel
metadata: {name: web}
spec:
  platformRef: {name: lazio}
  type: Web
  capacity: {requestsPerSecond: 40, databaseConnections: 4}
  session: {minutes: 5, requests: 30}
  scaling: {minReplicas: 2, maxReplicas: 200}
---
apiVersion: booking.mezzanotte.dev/v1alpha1
kind: Campaign
metadata: {name: over-80}
spec:
  platformRef: {name: lazio}
  service: Vaccination
  opening: {date: "2026-12-01", time: "24:00"}
  forecast:
    eligiblePeople: 60000
    channelShares: [{channel: web, percent: 100}]
`

func TestPlanOfFiles(t *testing.T) {
	small := strings.Replace(oneNight, "maxReplicas: 200", "maxReplicas: 5", 1)
	for name, test := range map[string]struct {
		stdin string
		args  []string
		want  int
		// out and errOut are parts of what is printed.
		out, errOut string
	}{
		"feasible":                 {oneNight, []string{"-f", "-"}, 0, "Campaign over-80: feasible", ""},
		"infeasible":               {small, []string{"-f", "-"}, 3, "Campaign over-80: NOT FEASIBLE", ""},
		"infeasible, as JSON":      {small, []string{"-f", "-", "-o", "json"}, 3, `"feasible": false`, ""},
		"infeasible, as a chart":   {small, []string{"-f", "-", "-o", "chart"}, 3, "NO-GO", ""},
		"infeasible, but over":     {small, []string{"-f", "-", "--now", "2026-12-03T00:00:00Z"}, 0, "Launches that are over: over-80", ""},
		"announced too late":       {oneNight, []string{"-f", "-", "--now", "2026-12-01T23:43:30+01:00"}, 3, "should have begun at 2026-12-01 23:42:00 CET", ""},
		"nothing can be said":      {strings.Replace(oneNight, "channel: web,", "channel: app,", 1), []string{"-f", "-"}, 0, "Campaign over-80: unknown", ""},
		"one platform":             {oneNight, []string{"-f", "-", "lazio"}, 0, "Platform lazio", ""},
		"a directory":              {"", []string{"-f", samples}, 0, "2 openings ahead: all feasible", ""},
		"a file and input":         {oneNight, []string{"-f", filepath.Join(samples, "namespace.yaml"), "-f", "-"}, 0, "Platform lazio", ""},
		"every step":               {"", []string{"-f", samples, "--all-steps"}, 0, "23:41 CET", ""},
		"another platform":         {oneNight, []string{"-f", "-", "toscana"}, 1, "", "there is no BookingPlatform toscana in standard input, but there is lazio"},
		"a wrong manifest":         {strings.Replace(oneNight, "24:00", "25:00", 1), []string{"-f", "-"}, 1, "", "spec.opening.time: Invalid value"},
		"a file that is not there": {"", []string{"-f", "none.yaml"}, 1, "", "none.yaml"},
		"nothing":                  {"", []string{"-f", "-"}, 1, "", "no objects of booking.mezzanotte.dev"},
		"a wrong instant":          {oneNight, []string{"-f", "-", "--now", "tonight"}, 1, "", `--now: "tonight" is not a time: write it in RFC 3339`},
		"a wrong output":           {oneNight, []string{"-f", "-", "-o", "wide"}, 1, "", "--output: \"wide\" is not an output: write table, chart, svg or json"},
		"an unknown flag":          {oneNight, []string{"-f", "-", "--nwo"}, 1, "", "unknown flag: --nwo; see kubectl mezzanotte plan --help"},
		"two platforms":            {oneNight, []string{"-f", "-", "lazio", "toscana"}, 1, "", "give one platform or none, not 2"},
	} {
		t.Run(name, func(t *testing.T) {
			got := execute(t, evening, test.stdin, append([]string{"plan"}, test.args...)...)
			if got.status != test.want {
				t.Errorf("exit status: got %d, want %d; %s", got.status, test.want, got.errOut)
			}
			if !strings.Contains(got.out, test.out) || (test.out == "") != (got.out == "") {
				t.Errorf("standard output: no %q in:\n%s", test.out, got.out)
			}
			if !strings.Contains(got.errOut, test.errOut) || (test.errOut == "") != (got.errOut == "") {
				t.Errorf("standard error: no %q in:\n%s", test.errOut, got.errOut)
			}
		})
	}
}

func TestUnknownCommand(t *testing.T) {
	got := execute(t, evening, "", "plann")
	if got.status != 1 || !strings.Contains(got.errOut, `unknown command "plann" for "kubectl mezzanotte"`) || !strings.Contains(got.errOut, "plan\n") {
		t.Errorf("got %+v", got)
	}
}

// The clock counts where --now does not say otherwise.
func TestPlanOfNow(t *testing.T) {
	byClock := execute(t, evening, oneNight, "plan", "-f", "-", "-o", "json")
	byFlag := execute(t, "2030-01-01T00:00:00Z", oneNight, "plan", "-f", "-", "-o", "json", "--now", evening)
	if diff := cmp.Diff(byClock, byFlag, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("by the clock (-), by --now (+):\n%s", diff)
	}
	var r struct {
		Now       string
		Platforms []struct {
			Channels []struct{ Steps []struct{ At string } }
		}
	}
	if err := json.Unmarshal([]byte(byClock.out), &r); err != nil {
		t.Fatal(err)
	}
	if first := r.Platforms[0].Channels[0].Steps[0].At; r.Now != evening || first != evening {
		t.Errorf("now %s, first step at %s, want %s", r.Now, first, evening)
	}
}

func TestPlanAsPicture(t *testing.T) {
	got := execute(t, evening, oneNight, "plan", "-f", "-", "-o", "svg")
	if got.status != 0 || !strings.HasPrefix(got.out, "<svg") && !strings.HasPrefix(got.out, "<?xml") {
		t.Fatalf("status %d: %.80s", got.status, got.out)
	}
	for decoder := xml.NewDecoder(strings.NewReader(got.out)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// closed is a pipe whose reader has gone.
type closed struct{ err error }

func (c closed) Write([]byte) (int, error) { return 0, c.err }

// A reader that has seen enough is no error, and changes no verdict; a full disk is one.
func TestPlanToClosedPipe(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		most string
		want int
	}{
		"a closed pipe, feasible":   {syscall.EPIPE, "200", 0},
		"a closed pipe, infeasible": {syscall.EPIPE, "5", 3},
		"a full disk":               {syscall.ENOSPC, "200", 1},
	} {
		for _, output := range []string{"table", "chart", "svg", "json"} {
			t.Run(name+", "+output, func(t *testing.T) {
				s := newSession(t, evening)
				s.In, s.Out, s.ErrOut = strings.NewReader(strings.Replace(oneNight, "200", test.most, 1)), closed{test.err}, io.Discard
				if got := run(t.Context(), s, []string{"plan", "-f", "-", "-o", output}); got != test.want {
					t.Errorf("exit status: got %d, want %d", got, test.want)
				}
			})
		}
	}
}

// The plan of a cluster is that of its files.
func TestPlanOfCluster(t *testing.T) {
	c := testenv.Client(t, config)
	rome, viterbo := testenv.Namespace(t, c), testenv.Namespace(t, c)
	for _, object := range []client.Object{
		build.MakePlatform("lazio").In(rome).Obj(), build.MakeChannel("web").In(rome).Obj(),
		build.MakeCampaign("over-80").In(rome).Expects(60_000).Through("web", 100).Obj(),
		build.MakePlatform("tuscia").In(viterbo).Obj(),
		build.MakeCampaign("stray").In(viterbo).Of("nowhere").Obj(),
	} {
		if err := c.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		args        []string
		want        int
		out, errOut string
	}{
		"a namespace":               {[]string{"-n", rome}, 0, execute(t, evening, oneNight, "plan", "-f", "-").out, ""},
		"one platform":              {[]string{"-n", rome, "lazio"}, 0, "Campaign over-80: feasible", ""},
		"a platform that is not":    {[]string{"-n", rome, "tuscia"}, 1, "", "there is no BookingPlatform tuscia in namespace " + rome + ", but there is lazio"},
		"without its platform":      {[]string{"-n", viterbo}, 0, "Platform tuscia", "left out: Campaign stray: spec.platformRef.name: there is no BookingPlatform nowhere"},
		"every namespace":           {[]string{"-A", "tuscia"}, 0, "Platform tuscia", "left out: Campaign stray"},
		"the kubeconfig's, default": {nil, 1, "", "there is no BookingPlatform in namespace default"},
	} {
		t.Run(name, func(t *testing.T) {
			got := execute(t, evening, "", append([]string{"plan"}, test.args...)...)
			if got.status != test.want {
				t.Errorf("exit status: got %d, want %d; %s", got.status, test.want, got.errOut)
			}
			if !strings.Contains(got.out, test.out) {
				t.Errorf("standard output: no\n%s\nin:\n%s", test.out, got.out)
			}
			if !strings.Contains(got.errOut, test.errOut) || (test.errOut == "") != (got.errOut == "") {
				t.Errorf("standard error: no %q in:\n%s", test.errOut, got.errOut)
			}
		})
	}
}

// What kubectl get prints, with status and all, is planned as the cluster is.
func TestPlanOfDump(t *testing.T) {
	c := testenv.Client(t, config)
	namespace := testenv.Namespace(t, c)
	campaign := build.MakeCampaign("over-80").In(namespace).Expects(60_000).Through("web", 100).Obj()
	for _, object := range []client.Object{
		build.MakePlatform("lazio").In(namespace).Obj(), build.MakeChannel("web").In(namespace).Obj(), campaign,
	} {
		if err := c.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	opens, late := metav1.NewTime(at("2026-12-01T23:00:00Z")), metav1.NewTime(at("2026-12-01T22:43:30Z"))
	campaign.Status.OpensAt = &opens
	campaign.Status.Announced = []v1alpha1.AnnouncedOpening{{
		Opening: v1alpha1.AnnouncedTime{Date: "2026-12-01", Time: "24:00", TimeZone: "Europe/Rome"}, OpensAt: &opens, Since: &late,
	}}
	if err := c.Status().Update(t.Context(), campaign); err != nil {
		t.Fatal(err)
	}
	dump := map[string]any{"apiVersion": "v1", "kind": "List"}
	var items []any
	for _, kind := range []string{"BookingPlatform", "BookingChannel", "Campaign"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
		if err := c.List(t.Context(), list, client.InNamespace(namespace)); err != nil {
			t.Fatal(err)
		}
		for i := range list.Items {
			items = append(items, list.Items[i].Object)
		}
	}
	dump["items"] = items
	text, err := json.Marshal(dump)
	if err != nil {
		t.Fatal(err)
	}
	const now = "2026-12-01T22:44:00Z"
	cluster, files := execute(t, now, "", "plan", "-n", namespace), execute(t, now, string(text), "plan", "-f", "-")
	if diff := cmp.Diff(cluster, files, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("from the cluster (-), from what it printed (+):\n%s", diff)
	}
	if cluster.status != 3 || !strings.Contains(strings.Join(strings.Fields(cluster.out), " "), "announced at 2026-12-01 23:43:30 CET") {
		t.Errorf("the status does not count: %+v", cluster)
	}
}

func TestPlanWithoutCluster(t *testing.T) {
	got := execute(t, evening, "", "plan", "--kubeconfig", filepath.Join(t.TempDir(), "none"))
	if got.status != 1 || got.errOut == "" {
		t.Errorf("got %+v, want status 1 and why", got)
	}
}
