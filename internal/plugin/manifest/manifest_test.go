/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package manifest_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	_ "time/tzdata" // rules look up zones

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/plugin/manifest"
)

const (
	platform = `
apiVersion: booking.mezzanotte.dev/v1alpha1
kind: BookingPlatform
metadata: {name: lazio}
spec:
  timeZone: Europe/Rome
  database: {secretRef: {name: lazio-database, key: uri}, maxConnections: 2000}
  identifierKeys: {secretRef: {name: lazio-identifier-keys}}
`
	campaign = `
apiVersion: booking.mezzanotte.dev/v1alpha1
kind: Campaign
metadata: {name: over-80}
spec:
  platformRef: {name: lazio}
  service: Vaccination
  opening: {date: "2026-12-01", time: "24:00"}
`
	next = "\n---\n"
)

// read the text from standard input.
func read(t *testing.T, text string) (manifest.Objects, error) {
	t.Helper()
	return manifest.Read(t.Context(), manifest.Source{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
}

// names of the objects with their namespaces, by kind.
func names(o manifest.Objects) map[string][]string {
	all := map[string][]string{}
	for _, p := range o.Platforms {
		all["platforms"] = append(all["platforms"], p.Namespace+"/"+p.Name)
	}
	for _, c := range o.Campaigns {
		all["campaigns"] = append(all["campaigns"], c.Namespace+"/"+c.Name)
	}
	for _, c := range o.Channels {
		all["channels"] = append(all["channels"], c.Namespace+"/"+c.Name)
	}
	for _, h := range o.Hubs {
		all["hubs"] = append(all["hubs"], h.Namespace+"/"+h.Name)
	}
	return all
}

func TestAccepted(t *testing.T) {
	both := map[string][]string{"platforms": {"default/lazio"}, "campaigns": {"default/over-80"}}
	for name, test := range map[string]struct {
		text string
		want map[string][]string
	}{
		"the platform last":       {campaign + next + platform, both},
		"empty documents between": {"---\n" + platform + next + "# nothing\n" + next + campaign + next, both},
		"other kinds are passed over": {
			platform + next + "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n" + next + "[1, 2]" + next + "a word" + next + campaign, both,
		},
		"somebody else's campaign": {
			platform + next + campaign + next + "apiVersion: ads.example/v1\nkind: Campaign\nmetadata: {name: shoes}\nspec: {budget: 5}\n", both,
		},
		"a namespace of its own": {strings.Replace(platform, "{name: lazio}", "{name: lazio, namespace: rome}", 1), map[string][]string{"platforms": {"rome/lazio"}}},
		"a list, as kubectl get prints it": {
			"apiVersion: v1\nkind: List\nitems:\n" + item(platform) + item(campaign), both,
		},
		"JSON": {`{"apiVersion": "booking.mezzanotte.dev/v1alpha1", "kind": "BookingPlatform", "metadata": {"name": "lazio"},
			"spec": {"timeZone": "Europe/Rome", "database": {"secretRef": {"name": "d", "key": "uri"}, "maxConnections": 2000},
			"identifierKeys": {"secretRef": {"name": "k"}}}} {"kind": "Other"}`, map[string][]string{"platforms": {"default/lazio"}}},
	} {
		t.Run(name, func(t *testing.T) {
			objects, err := read(t, test.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, names(objects)); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

// item is a document as an item of a list.
func item(document string) string {
	return "- " + strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(document), "\n", "\n  "), "\n") + "\n"
}

// TestDefaulted: what is not written is as the cluster would have it.
func TestDefaulted(t *testing.T) {
	objects, err := read(t, platform)
	if err != nil {
		t.Fatal(err)
	}
	launch := objects.Platforms[0].Spec.Launch
	if launch.ReadyBeforeMinutes != 15 || launch.KeepPeakMinutes != 60 || launch.PodStartsPerMinute != 120 {
		t.Errorf("launch: got %+v, want the defaults 15, 60 and 120", launch)
	}
}

// TestStatusIsKept: what kubectl get prints is planned as the cluster plans it.
func TestStatusIsKept(t *testing.T) {
	dump := strings.Replace(campaign, "metadata: {name: over-80}", `metadata:
  name: over-80
  uid: 5e9f
  resourceVersion: "17"
  creationTimestamp: "2026-11-01T08:00:00Z"
  managedFields: [{manager: kubectl, operation: Apply, apiVersion: booking.mezzanotte.dev/v1alpha1}]`, 1) + `
status:
  opensAt: "2026-12-01T23:00:00Z"
  openedAt: "2026-12-01T23:00:00Z"
`
	objects, err := read(t, platform+next+dump)
	if err != nil {
		t.Fatal(err)
	}
	if at := objects.Campaigns[0].Status.OpenedAt; at == nil || at.UTC().Format("15:04") != "23:00" {
		t.Errorf("openedAt: got %v", at)
	}
}

func TestRefused(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		// want are parts of the message, in its order.
		want []string
	}{
		"an unknown field": {platform + "  zone: Rome\n", []string{`standard input, document 1: The BookingPlatform "lazio" is invalid:`, `* unknown field "spec.zone"`}},
		"all that is wrong with all objects": {
			strings.Replace(platform, "Europe/Rome", "Europe/Roma", 1) + next + strings.Replace(campaign, `"24:00"`, `"25:00"`, 1),
			[]string{"document 1", "spec.timeZone", "Europe/Roma", "document 2", "spec.opening.time", "write HH:MM from 00:00 to 24:00"},
		},
		"a type that hides rules": {
			platform + next + strings.Replace(campaign, `"24:00"`, "24", 1) + "  ageBand: {bornFrom: \"1950-01-01\", bornTo: \"1946-01-01\"}\n",
			[]string{"spec.opening.time: Invalid value", "must be of type string", "some rules could not be checked yet"},
		},
		"a key twice":                         {platform + "  timeZone: Europe/Paris\n", []string{"document 1:", `key "timeZone" already set in map`}},
		"a key twice in JSON":                 {`{"apiVersion": "booking.mezzanotte.dev/v1alpha1", "kind": "Campaign", "metadata": {"name": "x", "name": "y"}}`, []string{`duplicate field "metadata.name"`, "spec: Required value"}},
		"not YAML":                            {"a: b: c", []string{"not YAML"}},
		"not JSON":                            {`{"a": `, []string{"not JSON"}},
		"a kind that is none of ours":         {"apiVersion: booking.mezzanotte.dev/v1alpha1\nkind: Campagne\nmetadata: {name: x}\n", []string{`has no kind "Campagne": write`}},
		"a version that is none of ours":      {strings.Replace(platform, "v1alpha1", "v1", 1), []string{`apiVersion "booking.mezzanotte.dev/v1" has no kind`}},
		"a kind of ours without apiVersion":   {strings.Replace(platform, "apiVersion: booking.mezzanotte.dev/v1alpha1", "", 1), []string{`apiVersion: BookingPlatform of "" is not of this operator: write apiVersion booking`}},
		"a campaign of ours under another's":  {platform + next + strings.Replace(campaign, "booking.mezzanotte.dev", "booking.mezzanote.dev", 1), []string{`document 2: The Campaign "over-80" is invalid`, "write apiVersion booking.mezzanotte.dev/v1alpha1"}},
		"the same object twice":               {platform + next + platform, []string{"document 2", "namespace default has another BookingPlatform lazio, in standard input, document 1"}},
		"no platform":                         {campaign, []string{"spec.platformRef.name: there is no BookingPlatform lazio in namespace default: add it, or correct the name"}},
		"a platform in another namespace":     {strings.Replace(platform, "{name: lazio}", "{name: lazio, namespace: rome}", 1) + next + campaign, []string{"there is no BookingPlatform lazio in namespace default"}},
		"a wrong platform is not missing":     {strings.Replace(platform, "2000", "1", 1) + next + campaign, []string{"maxConnections"}},
		"a closing that no rule could refuse": {platform + next + strings.Replace(campaign, "  opening:", "  closing: {date: \"2026-12-01\", time: \"24:00\", timeZone: Pacific/Kiritimati}\n  opening:", 1), []string{"spec.closing: 2026-12-01T10:00:00Z is not after the opening"}},
		"no name":                             {strings.Replace(platform, "{name: lazio}", "{}", 1), []string{"metadata.name: Required value"}},
		"no metadata":                         {strings.Replace(platform, "metadata: {name: lazio}", "", 1), []string{"metadata"}},
		"metadata that is a word":             {strings.Replace(platform, "{name: lazio}", "lazio", 1), []string{"document 1"}},
		"nothing":                             {"", []string{"no objects of booking.mezzanotte.dev in standard input: give the files"}},
		"nothing of ours":                     {"kind: Secret\n", []string{"no objects of booking.mezzanotte.dev"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, test.text)
			if err == nil {
				t.Fatal("accepted")
			}
			rest := err.Error()
			for _, want := range test.want {
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("no %q in the rest of:\n%v", want, err)
				}
				rest = after
			}
			if name == "a wrong platform is not missing" && strings.Contains(err.Error(), "there is no") {
				t.Errorf("it is said to be missing: %v", err)
			}
		})
	}
}

// A directory is read with all below it, but for what is hidden or kustomize's.
func TestDirectory(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"b.yml":                  campaign,
		"a/platform.yaml":        platform,
		"kustomization.yaml":     "namespace: rome\nresources: [b.yml]\n",
		"a/kustomization.yml":    "resources: [platform.yaml]\n",
		".hidden.yaml":           "a: b: c",
		".git/config.yaml":       "a: b: c",
		"notes.txt":              "a: b: c",
		"a/deep/er/channel.json": `{"kind": "Other", "apiVersion": "v1"}`,
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, paths := range map[string][]string{
		"the directory":                       {root},
		"a file that the directory has, too":  {filepath.Join(root, "b.yml"), root},
		"a directory below it, and the files": {filepath.Join(root, "a"), filepath.Join(root, "b.yml")},
	} {
		t.Run(name, func(t *testing.T) {
			objects, err := manifest.Read(t.Context(), manifest.Source{Paths: paths, Namespace: "rome"})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string][]string{"platforms": {"rome/lazio"}, "campaigns": {"rome/over-80"}}
			if diff := cmp.Diff(want, names(objects)); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
	if _, err := manifest.Read(t.Context(), manifest.Source{Paths: []string{filepath.Join(root, "none")}}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a path that is not there: got %v", err)
	}
}

// TestSets: everything belongs to the platform of its own namespace.
func TestSets(t *testing.T) {
	text := platform + next + campaign + next +
		strings.Replace(platform, "{name: lazio}", "{name: lazio, namespace: rome}", 1) + next +
		strings.Replace(campaign, "{name: over-80}", "{name: over-70, namespace: rome}", 1)
	objects, err := read(t, text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, set := range objects.Sets() {
		for _, c := range set.Campaigns {
			got = append(got, set.Platform.Namespace+"/"+set.Platform.Name+" "+c.Name)
		}
	}
	if diff := cmp.Diff([]string{"default/lazio over-80", "rome/lazio over-70"}, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	objects.Platforms = objects.Platforms[:1]
	want := []string{"Campaign over-70: spec.platformRef.name: there is no BookingPlatform lazio in namespace rome: add it, or correct the name"}
	if diff := cmp.Diff(want, objects.Stray()); diff != "" {
		t.Errorf("stray: want (-), got (+):\n%s", diff)
	}
}

// TestNoClient: files are checked without a cluster, so nothing of a client is linked for it.
func TestNoClient(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.Lines(string(out)) {
		for _, client := range []string{"k8s.io/client-go", "sigs.k8s.io/controller-runtime"} {
			if strings.HasPrefix(path, client) {
				t.Errorf("reaches %s", path)
			}
		}
	}
}
