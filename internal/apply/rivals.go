/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Rival is another field manager that wrote a field over our value.
type Rival struct{ Manager, Field string }

// Rivals returns the managers that have taken fields from us that we want, by field. A
// field that both own has the same value for both, and a field that only the other
// wants is not ours: neither is a rivalry.
func Rivals(live client.Object, owner client.FieldOwner, wanted runtime.ApplyConfiguration) ([]Rival, error) {
	want, err := generic(wanted)
	if err != nil {
		return nil, err
	}
	var ours map[string]any
	others := map[string]map[string]any{}
	for _, entry := range live.GetManagedFields() {
		if entry.FieldsV1 == nil || entry.Subresource != "" {
			continue
		}
		var fields map[string]any
		if err := json.NewDecoder(entry.FieldsV1.GetRawReader()).Decode(&fields); err != nil {
			return nil, fmt.Errorf("read the fields of manager %s: %w", entry.Manager, err)
		}
		switch {
		case entry.Manager != string(owner):
			others[entry.Manager] = fields
		case entry.Operation == metav1.ManagedFieldsOperationApply:
			ours = fields
		}
	}
	var rivals []Rival
	for manager, fields := range others {
		for _, field := range contested(contest{theirs: fields, ours: ours, wanted: want}) {
			rivals = append(rivals, Rival{Manager: manager, Field: field})
		}
	}
	slices.SortFunc(rivals, func(a, b Rival) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Manager, b.Manager))
	})
	return rivals, nil
}

// Conflicts returns the rivals over which an apply without force has failed.
func Conflicts(err error) []Rival {
	var status apierrors.APIStatus
	if !apierrors.IsConflict(err) || !errors.As(err, &status) || status.Status().Details == nil {
		return nil
	}
	var rivals []Rival
	for _, cause := range status.Status().Details.Causes {
		if cause.Type != metav1.CauseTypeFieldManagerConflict {
			continue
		}
		// conflict with "kubectl-edit" using autoscaling/v2
		_, quoted, _ := strings.Cut(cause.Message, `"`)
		manager, _, _ := strings.Cut(quoted, `"`)
		rivals = append(rivals, Rival{Manager: manager, Field: strings.TrimPrefix(cause.Field, ".")})
	}
	return rivals
}

func generic(configuration runtime.ApplyConfiguration) (out map[string]any, err error) {
	encoded, err := json.Marshal(configuration)
	if err != nil {
		return nil, fmt.Errorf("encode what is wanted: %w", err)
	}
	return out, json.Unmarshal(encoded, &out)
}

// contest is one node of an object: the fields below it that another manager owns,
// those that we own, and what we want there.
type contest struct {
	theirs, ours map[string]any
	wanted       any
	path         string
}

// contested returns the fields that we want and only another manager owns.
func contested(c contest) []string {
	var fields []string
	for key, value := range c.theirs {
		next, known := c.below(key)
		if !known {
			continue
		}
		theirs, _ := value.(map[string]any)
		_, shared := c.ours[key]
		if len(theirs) == 0 {
			if !shared {
				fields = append(fields, next.path)
			}
			continue
		}
		next.theirs = theirs
		next.ours, _ = c.ours[key].(map[string]any)
		fields = append(fields, contested(next)...)
	}
	return fields
}

// below descends to a field ("f:name") or a list item (`k:{"name":"x"}`) that we want.
func (c contest) below(key string) (contest, bool) {
	if name, ok := strings.CutPrefix(key, "f:"); ok {
		fields, _ := c.wanted.(map[string]any)
		wanted, known := fields[name]
		return contest{wanted: wanted, path: strings.TrimPrefix(c.path+"."+name, ".")}, known
	}
	selector, ok := strings.CutPrefix(key, "k:")
	if !ok {
		return contest{}, false
	}
	var keys map[string]any
	if json.Unmarshal([]byte(selector), &keys) != nil {
		return contest{}, false
	}
	items, _ := c.wanted.([]any)
	at := slices.IndexFunc(items, func(item any) bool {
		fields, _ := item.(map[string]any)
		for name, value := range keys {
			if fields[name] != value {
				return false
			}
		}
		return true
	})
	if at < 0 {
		return contest{}, false
	}
	return contest{wanted: items[at], path: c.path + selector}, true
}

// Owner returns the field manager that last set a field, by whatever operation, and when;
// "" if nobody has. The field is given as names from the object's root.
func Owner(live client.Object, field ...string) (owner string, since time.Time) {
	latest := metav1.Time{}
	for _, entry := range live.GetManagedFields() {
		if entry.FieldsV1 == nil {
			continue
		}
		var fields map[string]any
		if json.NewDecoder(entry.FieldsV1.GetRawReader()).Decode(&fields) != nil {
			continue
		}
		owned := true
		for _, name := range field {
			var under any
			under, owned = fields["f:"+name]
			if !owned {
				break
			}
			fields, _ = under.(map[string]any)
		}
		if owned && (owner == "" || entry.Time != nil && entry.Time.After(latest.Time)) {
			owner = entry.Manager
			if entry.Time != nil {
				latest = *entry.Time
			}
		}
	}
	return owner, latest.Time
}

// LastWrite returns when a field manager last changed an object; the zero time: never.
func LastWrite(live client.Object, manager client.FieldOwner) (last time.Time) {
	for _, entry := range live.GetManagedFields() {
		if entry.Manager == string(manager) && entry.Subresource == "" && entry.Time != nil && entry.Time.After(last) {
			last = entry.Time.Time
		}
	}
	return last
}

// kinds of programs that scale or write other people's objects, by how the names of their
// field managers begin.
var kinds = []struct{ manager, kind string }{
	{"argocd", "Argo CD"},
	{"helm-controller", "Flux"},
	{"helm", "Helm"},
	{"keda", "KEDA"},
	{"kube-downscaler", "kube-downscaler"},
	{"kube-green", "kube-green"},
	{"kubernetes-cronhpa", "a CronHPA"},
	{"kustomize-controller", "Flux"},
	{"py-kube-downscaler", "kube-downscaler"},
	{"pykube", "kube-downscaler"},
}

// Described returns a field manager with the kind of program that writes under its name,
// if it is known.
func Described(manager string) string {
	for _, known := range kinds {
		if strings.HasPrefix(manager, known.manager) {
			return fmt.Sprintf("%s (%s)", manager, known.kind)
		}
	}
	return manager
}
