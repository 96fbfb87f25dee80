/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package manifest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// reader reads one Source.
type reader struct {
	namespace   string
	definitions map[schema.GroupVersionKind]*definition
	scheme      *runtime.Scheme

	objects Objects
	// found lists the objects in the order in which they were read, with their places.
	found []found
	wrong []Problem
}

type found struct {
	object metav1.Object
	at     place
}

// Read returns the objects of a source. If any is wrong, the error is an Invalid.
func Read(ctx context.Context, source Source) (Objects, error) {
	r := &reader{namespace: source.Namespace, scheme: runtime.NewScheme()}
	if r.namespace == "" {
		r.namespace = "default"
	}
	if err := v1alpha1.AddToScheme(r.scheme); err != nil {
		return Objects{}, err
	}
	var err error
	if r.definitions, err = definitions(); err != nil {
		return Objects{}, err
	}
	files, err := source.files()
	if err != nil {
		return Objects{}, err
	}
	for _, file := range files {
		for _, document := range documents(file) {
			r.read(ctx, document)
		}
	}
	r.together()
	switch {
	case len(r.wrong) > 0:
		return Objects{}, Invalid(r.wrong)
	case len(r.found) == 0:
		return Objects{}, fmt.Errorf("no objects of %s in %s: give the files of a BookingPlatform and its objects",
			v1alpha1.GroupVersion.Group, source)
	}
	return r.objects, nil
}

// read reads a document; it ignores other APIs.
func (r *reader) read(ctx context.Context, d document) {
	at := place{file: d.file, document: d.number}
	if d.wrong != nil {
		r.complain(at, d.wrong)
		return
	}
	var tree any
	twice, err := kjson.UnmarshalStrict(d.json, &tree)
	if err != nil {
		r.complain(at, err)
		return
	}
	if object, ok := tree.(map[string]any); ok {
		r.take(ctx, at, object, twice)
	}
}

// take reads an object or the items of a list. twice lists its duplicate keys.
func (r *reader) take(ctx context.Context, at place, object map[string]any, twice []error) {
	u := &unstructured.Unstructured{Object: object}
	kind := u.GroupVersionKind()
	at.kind, at.name = kind.Kind, nameOf(object)
	if items, ok := object["items"].([]any); ok && strings.HasSuffix(kind.Kind, "List") {
		for _, item := range items {
			if object, ok := item.(map[string]any); ok {
				r.take(ctx, at, object, twice)
				twice = nil // said once
			}
		}
		return
	}
	switch {
	case r.definitions[kind] != nil:
		r.takeOurs(ctx, at, u, twice)
	case kind.Group == v1alpha1.GroupVersion.Group:
		r.complain(at, fmt.Errorf("apiVersion %q has no kind %q: write apiVersion %s and one of the kinds BookingPlatform, VaccinationHub, Campaign and BookingChannel",
			u.GetAPIVersion(), kind.Kind, v1alpha1.GroupVersion))
	case r.looksOurs(u):
		r.complain(at, fmt.Errorf("apiVersion: %s of %q is not of this operator: write apiVersion %s", kind.Kind, u.GetAPIVersion(), v1alpha1.GroupVersion))
	}
}

// takeOurs checks and adds an object of one of our kinds.
func (r *reader) takeOurs(ctx context.Context, at place, u *unstructured.Unstructured, wrong []error) {
	d := r.definitions[u.GroupVersionKind()]
	if meta, ok := u.Object["metadata"].(map[string]any); ok && meta["namespace"] == nil {
		meta["namespace"] = r.namespace
	}
	unknown, err := d.complete(u.Object)
	if err != nil {
		r.complain(at, append(wrong, err)...)
		return
	}
	for _, path := range unknown {
		wrong = append(wrong, fmt.Errorf("unknown field %q", path))
	}
	if wrong = append(wrong, d.check(ctx, u.Object)...); len(wrong) > 0 {
		r.complain(at, wrong...)
		return
	}
	typed, err := r.scheme.New(u.GroupVersionKind())
	if err == nil {
		err = runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, typed)
	}
	object, ok := typed.(metav1.Object)
	if err == nil && !ok {
		err = fmt.Errorf("%T is no object that can be declared", typed)
	}
	if err != nil {
		r.complain(at, err)
		return
	}
	r.found = append(r.found, found{object: object, at: at})
}

// together checks the objects against each other.
func (r *reader) together() {
	first := map[string]place{}
	for _, f := range r.found {
		id := fmt.Sprintf("%s %s/%s", kindOf(f.object), f.object.GetNamespace(), f.object.GetName())
		if other, twice := first[id]; twice {
			r.complain(f.at, fmt.Errorf("metadata.name: namespace %s has another %s %s, in %s: remove or rename one of them",
				f.object.GetNamespace(), kindOf(f.object), f.object.GetName(), other.where()))
			continue
		}
		first[id] = f.at
		r.objects.add(f.object)
	}
	if len(r.wrong) > 0 {
		return // a platform that is wrong is not missing
	}
	for _, f := range r.found {
		var wrong []error
		for _, why := range r.objects.wrong(f.object) {
			wrong = append(wrong, errors.New(why))
		}
		r.complain(f.at, wrong...)
	}
}

// looksOurs reports a kind of ours under a wrong apiVersion. Campaign is a common word: it
// counts only if it refers to a platform.
func (r *reader) looksOurs(u *unstructured.Unstructured) bool {
	for kind := range r.definitions {
		if kind.Kind == u.GetKind() {
			_, refers, err := unstructured.NestedMap(u.Object, "spec", "platformRef")
			return kind.Kind != "Campaign" || (refers && err == nil)
		}
	}
	return false
}

func nameOf(object map[string]any) string {
	name, _, err := unstructured.NestedString(object, "metadata", "name")
	if err != nil {
		return ""
	}
	return name
}
