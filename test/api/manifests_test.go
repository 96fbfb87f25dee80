/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// Every wrong manifest is refused, for the reasons that it names and no other.
func TestRejected(t *testing.T) {
	c := testenv.Client(t, config)
	for _, m := range manifests(t, "rejected") {
		t.Run(m.name, func(t *testing.T) {
			namespace := testenv.Namespace(t, c)
			last := len(m.objects) - 1
			for _, before := range m.objects[:last] {
				if err := apply(t, c, namespace, before); err != nil {
					t.Fatalf("before: %v", err)
				}
			}
			err := apply(t, c, namespace, m.objects[last])
			if err == nil {
				t.Fatal("accepted")
			}
			got, want := complaints(err), wants(m.content)
			if len(got) != len(want) {
				t.Errorf("%d complaints, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
			}
			for _, w := range want {
				if !anyMatches(got, w) {
					t.Errorf("no complaint says\n  %s\nbut\n  %s", w, strings.Join(got, "\n  "))
				}
			}
			for _, g := range got {
				if jargon(g) {
					t.Errorf("only a programmer understands: %s", g)
				}
			}
		})
	}
}

// wants are the "# want:" lines of a manifest: the field, a colon, and a part of the message.
func wants(content []byte) []string {
	var all []string
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		if want, found := strings.CutPrefix(lines.Text(), "# want: "); found {
			all = append(all, want)
		}
	}
	return all
}

// complaints are the lines that kubectl prints.
func complaints(err error) []string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []string{err.Error()}
	}
	var all []string
	for _, cause := range status.Status().Details.Causes {
		if strings.Contains(cause.Message, "some validation rules were not checked") {
			continue
		}
		all = append(all, cause.Field+": "+cause.Message)
	}
	return all
}

func anyMatches(complaints []string, want string) bool {
	for _, complaint := range complaints {
		field, words, found := strings.Cut(want, ": ")
		if found && strings.HasPrefix(complaint, field+": ") && strings.Contains(complaint, words) {
			return true
		}
		if strings.Contains(complaint, want) {
			return true
		}
	}
	return false
}

// jargon shows a regular expression, or a rule that could not be evaluated.
// An unknown zone can be found only by trying it.
func jargon(complaint string) bool {
	return strings.Contains(complaint, "should match") || strings.Contains(complaint, "failed rule") ||
		strings.Contains(complaint, "evaluating rule") && !strings.Contains(complaint, "unknown time zone")
}

// Every good manifest is taken as it is, again when nothing has changed, and
// survives the way through the Go types.
func TestAccepted(t *testing.T) {
	c := testenv.Client(t, config)
	for _, m := range manifests(t, "accepted") {
		t.Run(m.name, func(t *testing.T) {
			namespace := testenv.Namespace(t, c)
			for _, object := range m.objects {
				if err := apply(t, c, namespace, object); err != nil {
					t.Fatal(err)
				}
				if err := apply(t, c, namespace, object); err != nil {
					t.Fatalf("again: %v", err)
				}
				stored := &unstructured.Unstructured{}
				stored.SetGroupVersionKind(object.GroupVersionKind())
				if err := c.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: object.GetName()}, stored); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(leaves(stored.Object), leaves(throughTypes(t, stored))); diff != "" {
					t.Errorf("%s changes on its way through the Go types (-stored +typed):\n%s", object.GetKind(), diff)
				}
			}
		})
	}
}

// throughTypes converts an object to our Go type and back.
func throughTypes(t *testing.T, object *unstructured.Unstructured) map[string]any {
	t.Helper()
	typed, err := testenv.Scheme().New(object.GroupVersionKind())
	if err != nil {
		t.Fatal(err)
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, typed, true); err != nil {
		t.Fatal(err)
	}
	back, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// leaves of a tree by their paths. 1 and "1" are the same amount.
func leaves(tree any) map[string]string {
	all := map[string]string{}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			all[path] = "object"
			for key, child := range value {
				walk(path+"."+key, child)
			}
		case []any:
			for i, child := range value {
				walk(fmt.Sprintf("%s[%d]", path, i), child)
			}
		default:
			all[path] = fmt.Sprint(value)
		}
	}
	walk("", tree)
	return all
}
