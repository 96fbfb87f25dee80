/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package api_test asks a real API server what it does with what people write.
package api_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var config *rest.Config

func TestMain(m *testing.M) {
	os.Exit(testenv.Run(m, &config))
}

// manifest is a file of testdata and what is in it.
type manifest struct {
	name    string
	content []byte
	objects []*unstructured.Unstructured
}

// manifests of a directory of api/v1alpha1/testdata.
func manifests(t *testing.T, directory string) []manifest {
	t.Helper()
	files, err := filepath.Glob(testenv.Path("api", "v1alpha1", "testdata", directory, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests in %s: %v", directory, err)
	}
	var all []manifest
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, manifest{
			name:    filepath.Base(file),
			content: content,
			objects: decode(t, content),
		})
	}
	return all
}

// decode the documents of a YAML file.
func decode(t *testing.T, content []byte) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096); ; {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			return objects
		} else if err != nil {
			t.Fatalf("decode: %v\n%s", err, content)
		}
		objects = append(objects, object)
	}
}

// apply creates or replaces an object in the namespace, its status too, as
// strictly as kubectl does.
func apply(t *testing.T, c client.Client, namespace string, object *unstructured.Unstructured) error {
	t.Helper()
	strict := client.WithFieldValidation(c, metav1.FieldValidationStrict)
	object = object.DeepCopy()
	object.SetNamespace(namespace)

	there := &unstructured.Unstructured{}
	there.SetGroupVersionKind(object.GroupVersionKind())
	err := c.Get(t.Context(), client.ObjectKeyFromObject(object), there)
	if client.IgnoreNotFound(err) != nil {
		t.Fatalf("get %s: %v", object.GetName(), err)
	}
	status := object.Object["status"]
	if err == nil {
		object.SetResourceVersion(there.GetResourceVersion())
		err = strict.Update(t.Context(), object)
	} else {
		err = strict.Create(t.Context(), object)
	}
	if err != nil || status == nil {
		return err
	}
	object.Object["status"] = status
	return c.Status().Update(t.Context(), object)
}
