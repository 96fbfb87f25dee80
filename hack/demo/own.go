/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/test/stage"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

const (
	// littleCPU and littleMemory are what a pod asks for in a small cluster.
	littleCPU, littleMemory = "50m", "128Mi"
	// longestRemoval bounds how long the samples may take to go.
	longestRemoval = 2 * time.Minute
)

// numbers are what a share of the samples has fewer of, by kind.
var numbers = map[string][][]string{
	"Campaign":       {{"spec", "forecast", "eligiblePeople"}},
	"BookingChannel": {{"spec", "callCentre", "agents"}, {"spec", "callCentre", "lines"}},
}

// shrink reduces people and agents to a percentage.
func shrink(objects []*unstructured.Unstructured, percent int64) error {
	for _, object := range objects {
		for _, path := range numbers[object.GetKind()] {
			n, found, err := unstructured.NestedInt64(object.Object, path...)
			if err != nil {
				return fmt.Errorf("read %s: %w", object.GetName(), err)
			}
			if !found {
				continue
			}
			if err := unstructured.SetNestedField(object.Object, max(1, n*percent/100), path...); err != nil {
				return fmt.Errorf("change %s: %w", object.GetName(), err)
			}
		}
	}
	return nil
}

// fit makes the samples run on a small cluster: with the Secrets that pods mount, the
// image that nodes have, and little asked for each pod. The namespace stays first.
func (o options) fit(objects []*unstructured.Unstructured, platform *unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	if o.image != "" {
		if err := unstructured.SetNestedField(platform.Object, o.image, "spec", "image"); err != nil {
			return nil, fmt.Errorf("set the image: %w", err)
		}
	}
	requests := map[string]any{"requests": map[string]any{"cpu": littleCPU, "memory": littleMemory}}
	for _, object := range objects {
		if object.GetKind() != "BookingChannel" {
			continue
		}
		if err := unstructured.SetNestedMap(object.Object, requests, "spec", "workload", "resources"); err != nil {
			return nil, fmt.Errorf("set what a pod of %s asks for: %w", object.GetName(), err)
		}
	}
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	database, err := secret(platform, o.database, "spec", "database", "secretRef")
	if err != nil {
		return nil, err
	}
	keys, err := secret(platform, keyring.Generate(random), "spec", "identifierKeys", "secretRef")
	if err != nil {
		return nil, err
	}
	after := 1 + slices.IndexFunc(objects, func(u *unstructured.Unstructured) bool { return u.GetKind() == "Namespace" })
	return slices.Insert(objects, after, database, keys), nil
}

// secret is the Secret that the platform refers to at a path. Where it names no key,
// any key will do.
func secret(platform *unstructured.Unstructured, value string, path ...string) (*unstructured.Unstructured, error) {
	reference, found, err := unstructured.NestedStringMap(platform.Object, path...)
	if err != nil || !found {
		return nil, fmt.Errorf("read %v of the platform: found %t: %w", path, found, err)
	}
	key := reference["key"]
	if key == "" {
		key = "demo"
	}
	s := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Secret", "stringData": map[string]any{key: value}}}
	s.SetNamespace(platform.GetNamespace())
	s.SetName(reference["name"])
	return s, nil
}

// namespace is the samples' own, in which all of them are.
func namespace() string { return testenv.Path("config", "samples", "namespace.yaml") }

// removeSamples takes the samples out of the user's cluster. Any other goes as a whole.
func removeSamples(s *stage.Stage) error {
	if !s.Borrowed() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), longestRemoval)
	defer cancel()
	if _, err := s.Kubectl(ctx, "delete", "--ignore-not-found", "-f", namespace()); err != nil {
		return fmt.Errorf("remove config/samples: %w", err)
	}
	return nil
}
