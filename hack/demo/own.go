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
	// littleCPU and littleMemory are a pod's requests in a small cluster.
	littleCPU, littleMemory = "50m", "128Mi"
	// longestRemoval limits the time to remove the samples.
	longestRemoval = 2 * time.Minute
)

// numbers lists the fields to reduce for a share of the samples, by kind.
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

// secret returns the Secret to which the platform refers at a path. If it names no key,
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

// namespace is the namespace of all samples.
func namespace() string { return testenv.Path("config", "samples", "namespace.yaml") }

// removeSamples removes the samples from the user's cluster. Our own cluster is removed
// as a whole.
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
